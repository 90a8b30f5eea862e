using System.Collections.Concurrent;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Proof.Stores;

namespace Cochin.Functions.Tests.Proof.Crashes;

/// <summary>
/// The program is killed at each single call, before it is sent and after it was carried out; the next run must end where an
/// undisturbed one does.
/// </summary>
public sealed class CrashMatrixTests(AzuriteServer server)
{
    private const int AtATime = 2;
    private const int Attempts = 3;

    // The lease of 30 s comes to its own end once a task: waiting for it is most of what that costs.
    private const int LeasesWaitedFor = 1;

    [Fact]
    public async Task Killed_AtAnyCall_TheNextRunEndsWhereAnUndisturbedOneDoes()
    {
        var results = new ConcurrentBag<CrashResult>();
        var calls = new Dictionary<string, int>();
        foreach (var work in Work.All)
        {
            var undisturbed = await RunUndisturbedAsync(work);
            calls[work.Name] = undisturbed.Calls.Count;
            await Parallel.ForEachAsync(
                Points(undisturbed.Calls.Count),
                new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = TestContext.Current.CancellationToken },
                async (point, _) =>
                {
                    results.Add(await KillAsync(work, point.Number, point.Moment, undisturbed, point.WaitsForLease));
                });
        }

        Report(results, calls);
        results.Where(result => result.Complaints.Count > 0).Select(result => result.ToString()).ShouldBeEmpty();

        // The last calls of a run may be one fewer where two writers met differently; otherwise a call that was not met proves nothing.
        results.Where(result => result.Call is null && result.Number < calls[result.Work] - 5).ShouldBeEmpty();
    }

    private async Task<CrashResult> KillAsync(Work work, int number, CrashMoment moment, Undisturbed undisturbed, bool waitsForLease)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var point = await CrashPoint.PrepareAsync(server.Endpoint, work);
            var result = await point.KillAsync(number, moment, undisturbed, waitsForLease);

            // On a machine that is very busy a run may end early, at a time limit of its own.
            if (result.Call is not null || result.Complaints.Count > 0 || attempt == Attempts)
            {
                return result;
            }
        }
    }

    private async Task<Undisturbed> RunUndisturbedAsync(Work work)
    {
        await using var run = await CrashPoint.PrepareAsync(server.Endpoint, work);
        return await run.RunUndisturbedAsync();
    }

    private static IEnumerable<(int Number, CrashMoment Moment, bool WaitsForLease)> Points(int calls)
    {
        var all = (from number in Enumerable.Range(1, calls) from moment in Enum.GetValues<CrashMoment>() select (number, moment)).ToList();
        var step = ProofScale.Of(part: Math.Max(1, all.Count / 3), whole: 1);

        // An odd step meets both moments.
        step += step > 1 && step % 2 == 0 ? 1 : 0;
        var waiting = ProofScale.Of(part: int.MaxValue, whole: Math.Max(1, all.Count / LeasesWaitedFor));
        return all.Where((_, index) => index % step == 0).Select((point, index) => (point.number, point.moment, index % waiting == waiting / 2));
    }

    private static void Report(IEnumerable<CrashResult> results, Dictionary<string, int> calls) => ProofReport.Write(
        "1.1",
        "Crash matrix",
        "The program ran in a separate process, which was killed (SIGKILL) at a call to the storage or to Discord: "
        + "before the call was sent, or after it was executed and before the response was read. "
        + "Then the work was run again, and the result compared with that of an undisturbed run: "
        + "blobs, rows, run records, occurrence, lock, audit log, alerts in the channel.",
        ["task", "killed", "calls", "points killed", "converged", "differing", "alerts lost", "points with a duplicate alert"],
        from result in results
        group result by (result.Work, result.Moment) into cell
        orderby Work.All.ToList().FindIndex(work => work.Name == cell.Key.Work), cell.Key.Moment
        select new object?[]
        {
            cell.Key.Work,
            cell.Key.Moment == CrashMoment.BeforeSent ? "before it was sent" : "before the response was read",
            calls[cell.Key.Work],
            cell.Count(result => result.Call is not null),
            cell.Count(result => result.Complaints.Count == 0),
            cell.Count(result => result.Complaints.Count > 0),
            cell.Sum(result => result.Complaints.Count(complaint => complaint.EndsWith("got lost", StringComparison.Ordinal))),
            cell.Count(result => result.Repeated > 0),
        });
}
