using System.Text.RegularExpressions;
using Azure.Core;
using Cochin.Functions.Jobs;
using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Proof.Proxy;
using Cochin.Functions.Tests.Proof.Stores;

namespace Cochin.Functions.Tests.Proof.Faults;

/// <summary>One work in one store: a run that meets a fault or none, and a clean one after it.</summary>
internal sealed partial class FaultPoint(AzuriteEndpoint azurite, Work work, ProofStore store) : MatrixPoint(azurite, work, store)
{
    public static async Task<FaultPoint> PrepareAsync(AzuriteEndpoint azurite, Work work) => new(azurite, work, await work.PrepareAsync(azurite));

    public async Task<Undisturbed> RunUndisturbedAsync()
    {
        var (report, calls) = await RunAsync(static _ => false, Fault.All[0], patience: null);
        report.Outcome.ShouldBe(Work.End, report.Error);
        Work.Expected.ShouldAllBe(
            expected => report.Result.Counts.Single(count => count.Key == expected.Key).Value == expected.Value,
            string.Join(", ", report.Counts));
        (await RunCheck.ComplaintsAsync(Store, Work)).ShouldBeEmpty();
        return new Undisturbed(calls, await StoreState.ReadAsync(Store), [.. Channel.Alerts]);
    }

    public async Task<FaultResult> StrikeAsync(FaultScript script, Undisturbed undisturbed)
    {
        var before = await StoreState.ReadAsync(Store);
        var (report, calls) = await RunAsync(script.Strikes, script.Fault, Impatient);
        var struck = script.Struck;

        // A message whose answer got lost is sent again, also where it was only late.
        var messages = calls.Where(call => call.Service == "discord").ToList();
        var lostAnswers = struck.Count(call => call.Service == "discord") + messages.Count
            - messages.DistinctBy(call => WireMessage.Encoding.GetString(call.Request.Body)).Count();
        var mayRepeat = lostAnswers > 0 ? [.. Channel.Alerts] : Channel.Messages is [.., var last] ? last : [];

        await Meanwhile.DoAsync();
        var after = await StoreState.ReadAsync(Store);
        var complaints = new List<string>(Judge(report, script.Fault, before, after, undisturbed.End));
        complaints.AddRange(await AuditComplaintsAsync(before, "after the fault"));

        await Store.EndLeasesAsync();
        complaints.AddRange(await RunCleanAsync());
        complaints.AddRange((await StoreState.ReadAsync(Store)).DifferencesFrom(undisturbed.End).Where(difference => !IsNotice(difference)));
        complaints.AddRange(await AuditComplaintsAsync(before, "in the end"));
        complaints.AddRange(await RunCheck.ComplaintsAsync(Store, Work));
        complaints.AddRange(Channel.Complaints(undisturbed.Alerts, mayRepeat, most: 2 + lostAnswers));

        var end = complaints.Count > 0 ? FaultEnd.Wrong : IsDone(report) ? FaultEnd.Done : FaultEnd.Told;
        return new FaultResult(Work.Name, script, struck is [var first, ..] ? first.ToString() : null, end, report.Error, Channel.Repeated, complaints);
    }

    private bool IsDone(RunReport report) => Work.IsDone(report) || report.Reason == SkipReason.NotDue;

    private async Task<(RunReport Report, IReadOnlyList<Call> Calls)> RunAsync(Func<Call, bool> strikes, Fault fault, Action<RetryOptions>? patience)
    {
        await using var proxy = new TamperingProxy(
            Azurite,
            Webhook,
            async exchange =>
            {
                await Meanwhile.BeforeAsync(exchange.Call);
                await (strikes(exchange.Call) ? fault.StrikeAsync(exchange) : exchange.PassOnAsync());
            },
            new SmallPages(EntriesOnPage));
        KeyValuePair<string, string>[] settings =
        [
            .. Settings(proxy.Storage, proxy.Webhook),
            new("Cochin__Discord__TimeoutSeconds", "2"),
            new("Cochin__Discord__MaxAttempts", "2"),
        ];
        RunReport report;
        await using (var program = new ProgramInside(settings, patience))
        {
            report = await program.RunAsync(Work);
        }

        return (report, proxy.Calls);
    }

    // As often as it is worth, and with less waiting than usual: the matrix would take days.
    private static void Impatient(RetryOptions retry)
    {
        retry.MaxRetries = 2;
        retry.Delay = TimeSpan.FromMilliseconds(10);
        retry.MaxDelay = TimeSpan.FromMilliseconds(50);
        retry.NetworkTimeout = TimeSpan.FromMilliseconds(1_500);
    }

    private IEnumerable<string> Judge(RunReport report, Fault fault, StoreState before, StoreState after, StoreState end)
    {
        foreach (var gone in before.Blobs.Except(after.Blobs).Intersect(end.Blobs))
        {
            yield return $"{gone} was deleted, which it should not have been";
        }

        foreach (var neither in after.NeitherOf(before, end, key => key.StartsWith("operation ", StringComparison.Ordinal)))
        {
            yield return neither;
        }

        if (IsDone(report))
        {
            foreach (var difference in fault.MeansSomething
                ? []
                : after.DifferencesFrom(end).Where(difference => !difference.StartsWith("job ", StringComparison.Ordinal)))
            {
                yield return $"it said that all was done, but {difference}";
            }
        }
        else if (report is not ({ Outcome: Outcome.Failed or Outcome.Partial } or { Reason: SkipReason.LockHeld }))
        {
            yield return $"it ended as {report.Outcome} {report.Reason}";
        }
        else if (report.Error is not { } error || !Cause().IsMatch(error))
        {
            yield return $"no cause is named in '{report.Error}'";
        }
        else if (report.Reason is null && !NextStep().IsMatch(error))
        {
            yield return $"no next step is named in '{error}'";
        }
    }

    private async Task<IEnumerable<string>> RunCleanAsync()
    {
        await using var program = new ProgramInside(Settings(Azurite, Webhook));
        var report = await program.RunAsync(Work);
        if (report.Reason == SkipReason.NotDue && await Store.Storage.Runs.ReadAsync($"Outcome eq '{Outcome.Partial}'").AnyAsync())
        {
            // A part of the work settles its occurrence; what it left is the next one's, for which a person's run stands here.
            report = await program.RunByHandAsync(Work);
        }

        return IsDone(report) ? [] : [$"the clean run ended as {report.Outcome} {report.Reason}: {report.Error}"];
    }

    [GeneratedRegex(
        @"answered \d\d\d|\(\d\d\d[,)]|can't be reached|did not answer|was not answered|a web page|can't be used|lock was lost|"
        + @"The lock of|holds the lock of|The table does not exist|storage is invalid|is held|did not tell|did not say|did not report|redirects")]
    private static partial Regex Cause();

    [GeneratedRegex(@"[Tt]r(y|ied) again|[Cc]heck|run:? |\./cochin|[Rr]un it again|next (run|tick)|[Ss]et Cochin")]
    private static partial Regex NextStep();
}
