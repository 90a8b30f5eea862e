using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Notifications.Notices;

/// <summary>Notices for each state of a job.</summary>
public sealed class WatchedJobTests(AzuriteServer server) : WatchHarness(server)
{
    [Theory]
    [InlineData("Enabled", "off")]
    [InlineData("DisabledUntil", "soon")]
    public async Task State_Unreadable_IsAnnouncedAndRecoveredAndKeepsOtherNotices(string column, string value)
    {
        await FailAsync();
        await ChangeAsync(row => { row["Enabled"] = false; row[column] = value; });
        await NewWatch().CheckAsync(Cancellation);
        await NewWatch().CheckAsync(Cancellation);
        var during = (await NoticesAsync()).Keys.Order().ToList();
        await new JobStates(Storage).EnableAsync(Job(), Clock.GetUtcNow(), Cancellation);
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly", "État illisible : nightly", "État de nouveau lisible : nightly"]);
        Channel.Embeds[1].ToString().ShouldContain("./cochin doctor");
        during.ShouldContain("job-nightly");
        (await NoticesAsync()).Keys.ShouldContain("job-nightly", "the job still fails");
    }

    [Fact]
    public async Task State_UnreadableAndThenSwitchedOff_IsRecovered()
    {
        await FailAsync();
        await ChangeAsync(row => row["Enabled"] = "off");
        await NewWatch().CheckAsync(Cancellation);
        await new JobStates(Storage).DisableAsync(JobName, until: null, reason: null, Cancellation);
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly", "État illisible : nightly", "État de nouveau lisible : nightly"]);
        (await NoticesAsync()).Keys.ShouldNotContain("job-nightly");
    }

    private async Task ChangeAsync(Action<TableEntity> change)
    {
        var row = (await Storage.Jobs.GetEntityAsync<TableEntity>("job", JobName, cancellationToken: Cancellation)).Value;
        change(row);
        await Storage.Jobs.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
    }

    [Fact]
    public async Task Overdue_IsAnnouncedAndRecovered()
    {
        await SucceedAsync();
        Clock.Advance(TimeSpan.FromHours(47));
        await NewWatch().CheckAsync(Cancellation);
        Titles.ShouldBeEmpty();

        Clock.Advance(TimeSpan.FromHours(2));
        await NewWatch().CheckAsync(Cancellation);
        await SucceedAsync();

        Titles.ShouldBe(["En retard : nightly", "Rétabli : nightly"]);
        Channel.Embeds[0].ToString().ShouldContain("2 j 1 h");
    }

    [Fact]
    public async Task Occurrence_SettledByAClockThatWasAhead_IsOverdueUntilRewound()
    {
        Clock.AdjustTime(Noon.AddDays(300));
        await RegisterAtNoonAsync();
        Clock.AdjustTime(TwoOClock.AddDays(300));
        (await NewRunner().RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Completed);
        Clock.AdjustTime(Noon.AddDays(3));
        await NewWatch().CheckJobsAsync(Cancellation);
        Titles.ShouldBe(["En retard : nightly"], "the job would not run for most of a year");

        await new JobStates(Storage).RewindAsync(Job(), Job().Schedule.Latest(Clock.GetUtcNow()), Clock.GetUtcNow(), Cancellation);
        Clock.AdjustTime(TwoOClock.AddDays(3));
        await NewRunner().RunDueAsync(JobName, Cancellation);

        Titles.ShouldBe(["En retard : nightly", "Rétabli : nightly"]);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock.AddDays(3));
    }

    [Fact]
    public async Task Missed_FarInTheFuture_IsNotAnnounced()
    {
        await RegisterAtNoonAsync();
        await SetTimesAsync(Noon.AddDays(300), nameof(JobState.MissedOccurrence));

        for (var minute = 0; minute < 3; minute++)
        {
            await NewWatch().CheckJobsAsync(Cancellation);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Titles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Missed_SlightlyInTheFuture_IsAnnouncedOnce()
    {
        await RegisterAtNoonAsync();
        await SetTimesAsync(Noon.AddMinutes(10), nameof(JobState.MissedOccurrence));

        for (var minute = 0; minute < 3; minute++)
        {
            await NewWatch().CheckJobsAsync(Cancellation);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Titles.Count().ShouldBe(1);
    }

    [Fact]
    public async Task Rewind_TimesInTheFuture_LeavesNone()
    {
        await RegisterAtNoonAsync();
        await SetTimesAsync(
            Noon.AddDays(300),
            nameof(JobState.SettledOccurrence),
            nameof(JobState.LastSuccessAt),
            nameof(JobState.MissedOccurrence),
            nameof(JobState.LastFailureAt),
            nameof(JobState.FailingSince),
            nameof(JobState.EnabledAt));

        await new JobStates(Storage).RewindAsync(Job(), Job().Schedule.Latest(Noon), Noon, Cancellation);

        var state = await StateAsync();
        state.SettledOccurrence.ShouldBe(Job().Schedule.Latest(Noon));
        (state.MissedOccurrence ?? state.LastFailureAt ?? state.FailingSince ?? state.LastSuccessAt).ShouldBeNull();
        state.EnabledAt.ShouldBe(Noon);
    }

    [Fact]
    public async Task Job_SwitchedOff_DeletesTheNoticeSilently()
    {
        await FailAsync();
        await new JobStates(Storage).DisableAsync(JobName, until: null, reason: null, Cancellation);
        Clock.Advance(TimeSpan.FromDays(3));

        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
        (await NoticesAsync()).ShouldNotContainKey("job-nightly");
    }

    [Fact]
    public async Task Job_UnknownToThisProcess_KeepsItsNotice()
    {
        await FailAsync();

        await NewWatch(Job() with { Name = "another" }).CheckAsync(Cancellation);
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task Job_OutsideTheScopeOfThisProcess_IsLeftToOthers()
    {
        await FailAsync();
        await RecoverSilentlyAsync();
        Scope = RunnerScope.Serve(["another"]);
        await NewWatch().CheckJobsAsync(Cancellation);
        Titles.ShouldBe(["Échec : nightly"]);

        Scope = RunnerScope.Serve([JobName]);
        await NewWatch().CheckJobsAsync(Cancellation);
        Titles.ShouldBe(["Échec : nightly", "Rétabli : nightly"]);
    }

    [Fact]
    public async Task Job_OffBySettingsOfThisProcess_KeepsTheNoticeOfAnother()
    {
        await SucceedAsync();
        Clock.Advance(TimeSpan.FromHours(49));

        for (var tick = 0; tick < 2; tick++)
        {
            await NewWatch(Job(enabled: false)).CheckAsync(Cancellation);
            await NewWatch().CheckAsync(Cancellation);
        }

        Titles.ShouldBe(["En retard : nightly"]);
    }

    private Task RecoverSilentlyAsync() => ChangeAsync(row =>
    {
        row["ConsecutiveFailures"] = 0;
        row["LastSuccessAt"] = Clock.GetUtcNow();
    });

    [Fact]
    public async Task Job_SwitchedOnAfterMonths_IsNotOverdueImmediately()
    {
        var states = new JobStates(Storage);
        await SucceedAsync();
        await states.DisableAsync(JobName, until: null, reason: null, Cancellation);
        Clock.Advance(TimeSpan.FromDays(60));
        await states.EnableAsync(Job(), Clock.GetUtcNow(), Cancellation);
        await NewWatch().CheckJobsAsync(Cancellation);
        Titles.ShouldBeEmpty();

        Clock.Advance(TimeSpan.FromHours(49));
        await NewWatch().CheckJobsAsync(Cancellation);

        Titles.ShouldBe(["En retard : nightly"]);
    }

    [Fact]
    public async Task Job_SwitchedOnWhileOn_IsStillOverdue()
    {
        await SucceedAsync();
        Clock.Advance(TimeSpan.FromHours(49));
        await new JobStates(Storage).EnableAsync(Job(), Clock.GetUtcNow(), Cancellation);

        await NewWatch().CheckJobsAsync(Cancellation);

        Titles.ShouldBe(["En retard : nightly"]);
    }

    private Task SetTimesAsync(DateTimeOffset at, params string[] columns)
    {
        var row = new TableEntity("job", JobName);
        foreach (var column in columns)
        {
            row[column] = at;
        }

        return Storage.Jobs.UpsertEntityAsync(row, TableUpdateMode.Merge, Cancellation);
    }
}
