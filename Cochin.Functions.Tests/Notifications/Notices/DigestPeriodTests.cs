using Azure.Core;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Notifications.Notices;

/// <summary>Which runs a digest includes.</summary>
public sealed class DigestPeriodTests(AzuriteServer server) : DigestTest(server)
{
    [Theory]
    [InlineData(60, 1, 1)]
    [InlineData(60, -1, 0)]
    [InlineData(1, 1, 1)]
    public async Task Run_StartedLongBeforeThePeriod_IsCountedByItsEnd(int daysBefore, int hoursAfter, int runs)
    {
        var from = Clock.GetUtcNow();
        var history = new RunHistory(Storage, Clock, new RunHistoryOptions());
        var report = new RunReport
        {
            Job = "nightly", Task = "cleanup_temp_files", RunId = RunKeys.NewRunId(from.AddDays(-daysBefore)), Trigger = RunTrigger.Scheduled, DryRun = false,
            StartedAt = from.AddDays(-daysBefore), Duration = TimeSpan.FromDays(daysBefore) + TimeSpan.FromHours(hoursAfter),
            Result = new TaskResult { Outcome = Outcome.Completed },
        };
        await history.AddAsync(report, Cancellation);

        var source = new DigestSource(new JobCatalog([Job()]), new JobStates(Storage), history, Storage, new WatchSettings());
        var digest = await source.ReadAsync(from, from.AddDays(7), from.AddDays(7), Cancellation);

        digest.Runs.ShouldBe(runs);
    }

    [Fact]
    public async Task Run_BetweenDueTimeAndSending_IsInTheNextDigest()
    {
        await NewWatch().CheckAsync(Cancellation);
        Clock.SetUtcNow(Monday.AddHours(1));
        await SucceedAsync();
        Clock.SetUtcNow(Monday.AddHours(2));

        await NewWatch().CheckAsync(Cancellation);
        Clock.SetUtcNow(Monday.AddDays(7));
        await NewWatch().CheckAsync(Cancellation);

        Runs().ShouldBe(["0", "1"]);
    }

    [Fact]
    public async Task Run_EndedAfterTheDueTime_IsInTheNextDigest()
    {
        await NewWatch().CheckAsync(Cancellation);
        var running = Report(Monday.AddMinutes(-10), new TaskResult { Outcome = Outcome.Running });
        var history = new RunHistory(Storage, Clock, HistoryOptions);
        var version = await history.AddAsync(running, Cancellation);
        Clock.SetUtcNow(Monday);
        await NewWatch().CheckAsync(Cancellation);

        await history.CloseAsync(running with { Result = ScriptedTask.Done, Duration = TimeSpan.FromMinutes(15) }, version, Cancellation);
        Clock.SetUtcNow(Monday.AddDays(7));
        await NewWatch().CheckAsync(Cancellation);

        Runs().ShouldBe(["0", "1"]);
    }

    [Fact]
    public async Task Run_EndedAtTheDueTime_IsOnlyInTheNextDigest()
    {
        await NewWatch().CheckAsync(Cancellation);
        await new RunHistory(Storage, Clock, HistoryOptions).AddAsync(Report(Monday, ScriptedTask.Done), Cancellation);
        Clock.SetUtcNow(Monday.AddMinutes(1));
        await NewWatch().CheckAsync(Cancellation);
        Clock.SetUtcNow(Monday.AddDays(7));
        await NewWatch().CheckAsync(Cancellation);

        Runs().ShouldBe(["0", "1"]);
    }

    [Fact]
    public async Task Work_OfTwoRuns_IsCountedOnce()
    {
        await NewWatch().CheckAsync(Cancellation);
        var history = new RunHistory(Storage, Clock, HistoryOptions);
        var done = ScriptedTask.Done with { Counts = [new("deleted", 5)] };
        await history.AddAsync(Cleanup(Monday.AddHours(-3), done.Unfinished()), Cancellation);
        await history.AddAsync(Cleanup(Monday.AddHours(-2), done with { Counts = [new("deleted", 9)] }), Cancellation);
        Clock.SetUtcNow(Monday);

        await NewWatch().CheckAsync(Cancellation);

        Runs().ShouldBe(["1"]);
        Field(Digests.Single(), "Fichiers temporaires supprimés").ShouldNotBeNull().ShouldStartWith("9 ");
    }

    [Fact]
    public async Task Reading_LongerThanAClaim_DigestIsSentOnce()
    {
        await NewWatch().CheckAsync(Cancellation);
        Clock.SetUtcNow(Monday);
        var other = NewWatch(storage: NewStorage());
        var slow = new InterveningPolicy(IsListing, async () =>
        {
            Clock.Advance(TimeSpan.FromHours(2));
            await other.CheckAsync(Cancellation);
        });

        await NewWatch(storage: NewStorage(slow)).CheckAsync(Cancellation);

        slow.Met.ShouldBeTrue();
        Digests.ShouldHaveSingleItem();
        (await NoticesAsync())["digest"].Since.ShouldBe(Monday);
    }

    [Fact]
    public async Task Reading_WhileAJobFails_DoesNotDelayTheNotice()
    {
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        await NewWatch().CheckAsync(Cancellation);
        Clock.SetUtcNow(Monday);
        Watch? watch = null;
        IReadOnlyList<string?> meanwhile = [];
        var slow = new InterveningPolicy(IsListing, async () =>
        {
            await FailAsync();
            await watch!.CheckJobsAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
            meanwhile = [.. Titles];
        });

        watch = NewWatch(storage: NewStorage(slow));
        await watch.CheckAsync(Cancellation);

        meanwhile.ShouldBe(["Échec : nightly"]);
        Digests.ShouldHaveSingleItem();
    }

    // The listing of all backups, not that of the traces of tables.
    private static bool IsListing(Request request) =>
        request.Uri.Query.Contains("comp=list", StringComparison.Ordinal) && !request.Uri.Query.Contains("prefix=seen", StringComparison.Ordinal);
}
