using Cochin.Functions.Doctor;
using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Doctor;

/// <summary>The check of a job whose latest occurrence is not settled.</summary>
public sealed class JobActivityTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task Job_RunInProgressForHours_IsOk()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Check? during = null;
        Work.Does = async (_, _) =>
        {
            Clock.SetUtcNow(TwoOClock.AddHours(2));
            during = await CheckAsync(Job());
            return ScriptedTask.Done;
        };

        await NewRunner().RunDueAsync(JobName, Cancellation);

        during.ShouldNotBeNull().Result.ShouldBe(CheckResult.Ok, during.Found);
        during.Found.ShouldContain("is in progress since 2026-06-03 00:00:00Z");
    }

    [Fact]
    public async Task Job_WaitingForAnotherJobOfItsTask_IsOk()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(2));
        await using var held = (await new BlobLocks(Storage, Clock).TryAcquireAsync(
            ScriptedTask.TaskName, new LockOwner("srv1:1", "other", "20260603T000000Z-1", TwoOClock), Cancellation)).Lock.ShouldNotBeNull();

        var check = await CheckAsync(Job());

        check.Result.ShouldBe(CheckResult.Ok, check.Found);
        check.Found.ShouldContain("of other");
    }

    [Theory]
    [InlineData(50, "Ok")]
    [InlineData(70, "Wrong")]
    public async Task Job_Unfinished_IsOkUntilTheNextTickShouldHaveContinued(int minutesSince, string result)
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(2));
        Work.Does = async (context, token) =>
        {
            await context.Checkpoint.KeepAsync(1, [], token);
            return new TaskResult { Outcome = Outcome.Partial }.Unfinished();
        };
        (await NewRunner().RunDueAsync(JobName, Cancellation)).IsUnfinished.ShouldBeTrue();
        Clock.Advance(TimeSpan.FromMinutes(minutesSince));

        (await CheckAsync(Job())).Result.ShouldBe(Enum.Parse<CheckResult>(result));
    }

    [Fact]
    public async Task Job_RunDiedHoursAgo_IsWrong()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(2));
        await AddRunningRecordAsync(TwoOClock, TwoOClock);

        (await CheckAsync(Job())).Result.ShouldBe(CheckResult.Wrong);
    }

    private async Task<Check> CheckAsync(JobDefinition job)
    {
        var checks = new JobChecks(
            new JobCatalog([job]), new JobStates(Storage), new RunHistory(Storage, Clock, HistoryOptions), new BlobLocks(Storage, Clock), Clock);
        return (await checks.RunAsync(Cancellation)).Single(check => check.Name == job.Name);
    }
}
