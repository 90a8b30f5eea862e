using System.Collections.Concurrent;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Proof.Stores;

namespace Cochin.Functions.Tests.Proof.Faults;

/// <summary>Each call meets each fault: once, each time that it is tried, or with all that follow.</summary>
public sealed class FaultMatrixTests(AzuriteServer server)
{
    // Most of a point is waiting.
    private static readonly int AtATime = ProofScale.Of(part: 8, whole: 16);

    [Fact]
    public async Task Fault_AtAnyCall_IsOvercomeOrToldAndNeverDoesHarm()
    {
        var results = new ConcurrentBag<FaultResult>();
        var calls = new Dictionary<string, int>();
        var points = new List<(Work Work, Undisturbed Undisturbed, FaultScript Script)>();
        foreach (var work in Work.All)
        {
            var undisturbed = await RunUndisturbedAsync(work);
            calls[work.Name] = undisturbed.Calls.Count;
            points.AddRange(Scripts(undisturbed).Select(script => (work, undisturbed, script)));
        }

        await Parallel.ForEachAsync(
            points,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = TestContext.Current.CancellationToken },
            async (planned, _) =>
            {
                await using var point = await FaultPoint.PrepareAsync(server.Endpoint, planned.Work);
                results.Add(await point.StrikeAsync(planned.Script, planned.Undisturbed));
            });

        Report(results);
        results.Where(result => result.End == FaultEnd.Wrong).Select(result => result.ToString()).ShouldBeEmpty();

        // The last calls of a run may be one fewer where two writers met differently; otherwise a fault that no call met proves nothing.
        results.Where(result => result.Struck is null && result.Script.Number < calls[result.Work] - 5).ShouldBeEmpty();
    }

    private async Task<Undisturbed> RunUndisturbedAsync(Work work)
    {
        await using var point = await FaultPoint.PrepareAsync(server.Endpoint, work);
        return await point.RunUndisturbedAsync();
    }

    /// <summary>Every call meets some of the faults, and every fault some of the calls, evenly: all with all would take an hour.</summary>
    private static IEnumerable<FaultScript> Scripts(Undisturbed undisturbed) =>
        from extent in Enum.GetValues<FaultExtent>()
        let step = ProofScale.Of(part: 109, whole: extent switch { FaultExtent.Once => 5, FaultExtent.OneCall => 9, _ => 13 })
        from index in Enumerable.Range(0, Fault.All.Count)
        from call in undisturbed.Calls
        where (call.Number + (index * 5) + (int)extent) % step == 0
        where call.Service != "discord" || !Fault.All[index].MeansSomething // It knows no conditions.
        select new FaultScript(Fault.All[index], extent, call.Number);

    private static void Report(IEnumerable<FaultResult> results) => ProofReport.Write(
        "1.2",
        "Fault matrix",
        "A proxy injected faults into calls to the storage and to Discord: into one attempt, into every attempt of the call, "
        + "or into it and all calls that followed. Then the work was run again without faults. "
        + "Counted as wrong: an unjustified deletion, mark or message, a change that is not in the audit log, "
        + "a lost alert, a failure without cause and next step, or a final state that differs from an undisturbed run.",
        ["task", "fault", "points", "done after retries", "reported with its cause", "wrong"],
        from result in results
        group result by (result.Work, result.Script.Fault.Name) into cell
        orderby Work.All.ToList().FindIndex(work => work.Name == cell.Key.Work), Fault.All.ToList().FindIndex(fault => fault.Name == cell.Key.Name)
        select new object?[]
        {
            cell.Key.Work,
            cell.Key.Name,
            cell.Count(result => result.Struck is not null),
            cell.Count(result => result.End == FaultEnd.Done),
            cell.Count(result => result.End == FaultEnd.Told),
            cell.Count(result => result.End == FaultEnd.Wrong),
        });
}
