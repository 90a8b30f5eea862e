using System.Text;
using Azure.Core;
using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Work that takes several runs. It consists of steps; the checkpoint contains the number of completed steps.</summary>
public sealed class RunCheckpointTests(AzuriteServer server) : RunnerHarness(server)
{
    private const string BlobName = "checkpoints/" + JobName;

    private const int Steps = 6;

    private readonly List<int> done = [];

    private int stepsARun = 2;

    [Fact]
    public async Task Run_OutOfTime_IsContinuedByTheNextTicks()
    {
        await BeginAtTwoAsync();

        var first = await TickAsync();
        var stateWhileOpen = await StateAsync();
        var second = await TickAsync();
        var third = await TickAsync();
        var after = await TickAsync();

        first.Outcome.ShouldBe(Outcome.Partial);
        first.Reason.ShouldBe(SkipReason.Unfinished);
        first.Error.ShouldNotBeNull().ShouldContain("the next tick continues from there");
        second.Error.ShouldNotBeNull().ShouldContain("part 2 of the work that started at 2026-06-03 00:00:00Z");
        third.Outcome.ShouldBe(Outcome.Completed);
        third.Counts.ShouldHaveSingleItem().Value.ShouldBe(6);
        after.Reason.ShouldBe(SkipReason.NotDue);
        done.ShouldBe([0, 1, 2, 3, 4, 5]);
        stateWhileOpen.SettledOccurrence.ShouldNotBe(TwoOClock);
        stateWhileOpen.LastSuccessAt.ShouldBeNull();
        stateWhileOpen.ConsecutiveFailures.ShouldBe(0);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
        (await IsKeptAsync()).ShouldBeFalse();
        (await RecordsAsync()).Select(record => record.Reason).ShouldBe([null, SkipReason.Unfinished, SkipReason.Unfinished], ignoreOrder: true);
    }

    [Fact]
    public async Task Run_WithoutProgress_FailsAndIsGivenUpAfterTheRetries()
    {
        await BeginAtTwoAsync();
        (await TickAsync()).Reason.ShouldBe(SkipReason.Unfinished);
        stepsARun = 0;

        var failed = await TickAsync();
        await TickAsync();
        await TickAsync();
        var last = await TickAsync();

        failed.Outcome.ShouldBe(Outcome.Failed);
        failed.Reason.ShouldBeNull();
        failed.Error.ShouldNotBeNull().ShouldContain("without any progress");
        last.Outcome.ShouldBe(Outcome.Failed);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);

        stepsARun = 6;
        Clock.SetUtcNow(TwoOClock.AddDays(1));
        (await TickAsync()).Outcome.ShouldBe(Outcome.Completed);
        done.ShouldBe([0, 1, 0, 1, 2, 3, 4, 5], "work that was given up starts over");
    }

    [Fact]
    public async Task Run_FailingBetweenParts_CountsAttemptsSinceTheLastProgress()
    {
        await BeginAtTwoAsync();
        var works = Work.Does;
        for (var part = 0; part < 3; part++)
        {
            for (var failure = 0; failure < 2; failure++)
            {
                Work.Does = (_, _) => throw new InvalidOperationException("It broke.");
                (await TickAsync()).Outcome.ShouldBe(Outcome.Failed);
            }

            Work.Does = works;
            await TickAsync();
        }

        done.ShouldBe([0, 1, 2, 3, 4, 5]);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task Run_UnfinishedBeyondTheCatchUpWindow_IsContinued()
    {
        await BeginAtTwoAsync();
        await TickAsync();

        Clock.SetUtcNow(TwoOClock.AddHours(23));
        await TickAsync();

        done.ShouldBe([0, 1, 2, 3]);
    }

    [Fact]
    public async Task Run_NotFinishedWithinADay_StartsOverWithTheNextOccurrence()
    {
        var weekly = Job() with { Schedule = Schedule("0 0 2 * * 3") };
        await NewRunner(weekly).RunDueAsync(JobName, Cancellation);
        Begin();
        Clock.SetUtcNow(TwoOClock);
        await NewRunner(weekly).RunDueAsync(JobName, Cancellation);

        Clock.SetUtcNow(TwoOClock.AddHours(25));
        var givenUp = await NewRunner(weekly).RunDueAsync(JobName, Cancellation);
        Clock.SetUtcNow(TwoOClock.AddDays(7));
        var next = await NewRunner(weekly).RunDueAsync(JobName, Cancellation);

        givenUp.Outcome.ShouldBe(Outcome.Failed);
        givenUp.Error.ShouldNotBeNull().ShouldContain("did not finish within 24 h");
        next.Reason.ShouldBe(SkipReason.Unfinished);
        done.ShouldBe([0, 1, 0, 1]);
    }

    [Fact]
    public async Task Run_ForANewerOccurrence_ContinuesTheOpenWorkAndSettlesBoth()
    {
        await BeginAtTwoAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(3));
        await TickAsync();
        stepsARun = 4;

        Clock.SetUtcNow(TwoOClock.AddDays(1));
        var report = await TickAsync();

        report.Outcome.ShouldBe(Outcome.Completed);
        report.Occurrence.ShouldBe(TwoOClock.AddDays(1));
        done.ShouldBe([0, 1, 2, 3, 4, 5]);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock.AddDays(1));
    }

    [Fact]
    public async Task RunJob_Manual_ContinuesTheScheduledWorkAndSettlesIt()
    {
        await BeginAtTwoAsync();
        await TickAsync();

        var second = await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
        var third = await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
        var tick = await TickAsync();

        second.Error.ShouldNotBeNull().ShouldContain($"./cochin run {JobName}");
        third.Outcome.ShouldBe(Outcome.Completed);
        tick.Reason.ShouldBe(SkipReason.NotDue);
        done.ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task RunTask_Typed_HasItsOwnCheckpoint()
    {
        await BeginAtTwoAsync();
        await TickAsync();

        var typed = await NewRunner().RunTaskAsync(new ScriptedOptions(), RunObserver.None, Cancellation);
        stepsARun = 6;
        await NewRunner().RunTaskAsync(new ScriptedOptions(), RunObserver.None, Cancellation);
        await TickAsync();

        typed.Error.ShouldNotBeNull().ShouldContain($"./cochin {ScriptedTask.TaskName}");
        done.ShouldBe([0, 1, 0, 1, 2, 3, 4, 5, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task RunJob_DryRun_NeitherReadsNorWritesACheckpoint()
    {
        await BeginAtTwoAsync();
        await TickAsync();
        var before = await KeptAsync();
        stepsARun = 100;

        var dry = await NewRunner().RunJobAsync(Job(), dryRun: true, RunObserver.None, Cancellation);

        dry.Outcome.ShouldBe(Outcome.Completed);
        done.ShouldBe([0, 1, 0, 1, 2, 3, 4, 5]);
        (await KeptAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":9", "another version")]
    [InlineData("DryRun = False", "DryRun = False, AgeHours = 2", "other options")]
    [InlineData("-backups, ", "-elsewhere, ", "another storage")]
    [InlineData("\"begunAt\":\"2026-06-03", "\"begunAt\":\"2026-06-01", "more than 24 h ago")]
    [InlineData("\"begunAt\":\"2026-06-03", "\"begunAt\":\"2027-06-03", "in the future")]
    [InlineData("{\"version\"", "no JSON", "can't be read")]
    [InlineData("\n2", "\nno number", "can't be read")]
    [InlineData("\n", "", "can't be read")]
    public async Task Checkpoint_ThatDoesNotMatch_IsDiscardedWithAWarning(string text, string replacement, string why)
    {
        await BeginAtTwoAsync();
        await TickAsync();
        var kept = await KeptAsync();
        kept.ShouldContain(text);
        var changed = BinaryData.FromString(kept.Replace(text, replacement, StringComparison.Ordinal));
        await Storage.System.GetBlobClient(BlobName).UploadAsync(changed, overwrite: true, Cancellation);
        stepsARun = 6;

        var report = await TickAsync();

        report.Outcome.ShouldBe(Outcome.Completed);
        report.Warnings.ShouldHaveSingleItem().ShouldContain(why);
        done.ShouldBe([0, 1, 0, 1, 2, 3, 4, 5]);
        (await IsKeptAsync()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("comp=block&")]
    [InlineData("comp=blocklist")]
    public async Task Checkpoint_RunnerDiesWhileSaving_StaysAsBefore(string request)
    {
        await BeginAtTwoAsync();
        await TickAsync();
        var before = await KeptAsync();
        var dying = new CrashPolicy(sent => IsCheckpoint(sent) && sent.Uri.Query.Contains(request, StringComparison.Ordinal));

        await NewRunner(dying).RunDueAsync(JobName, Cancellation);
        var kept = await KeptAsync();
        await BreakLeaseAsync();
        stepsARun = 4;
        var next = await TickAsync();

        dying.Died.ShouldBeTrue();
        kept.ShouldBe(before);
        next.Outcome.ShouldBe(Outcome.Completed);
        done.ShouldBe([0, 1, 2, 3, 2, 3, 4, 5], "only the part whose runner died is repeated");
    }

    [Fact]
    public async Task Checkpoint_ResponseLost_IsSaved()
    {
        await BeginAtTwoAsync();
        var lost = new LostResponsePolicy(sent => IsCheckpoint(sent) && sent.Uri.Query.Contains("comp=blocklist", StringComparison.Ordinal));

        var report = await NewRunner(lost).RunDueAsync(JobName, Cancellation);
        await TickAsync();

        lost.Met.ShouldBeTrue();
        report.Reason.ShouldBe(SkipReason.Unfinished);
        done.ShouldBe([0, 1, 2, 3]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Checkpoint_SavedByAnOvertakenRun_DoesNotReplaceThatOfItsSuccessor(bool existsBefore)
    {
        await BeginAtTwoAsync();
        if (existsBefore)
        {
            await TickAsync();
        }

        string? successors = null;
        var pause = new InterveningPolicy(sent => IsCheckpoint(sent) && sent.Uri.Query.Contains("comp=blocklist", StringComparison.Ordinal), async () =>
        {
            await BreakLeaseAsync();
            Clock.Advance(BlobLocks.LeaseDuration);
            await TickAsync();
            successors = await KeptAsync();
        });

        await NewRunner(pause).RunDueAsync(JobName, Cancellation);

        pause.Met.ShouldBeTrue();
        (await KeptAsync()).ShouldBe(successors.ShouldNotBeNull());
    }

    [Fact]
    public async Task Checkpoint_Replaced_RequiresTheVersionThatTheRunRead()
    {
        await BeginAtTwoAsync();
        var conditions = new List<string>();
        var watch = new InterveningPolicy(
            sent => IsCheckpoint(sent) && sent.Uri.Query.Contains("comp=blocklist", StringComparison.Ordinal) && Note(sent),
            () => Task.CompletedTask);

        await NewRunner(watch).RunDueAsync(JobName, Cancellation);
        var version = (await Storage.System.GetBlobClient(BlobName).GetPropertiesAsync(cancellationToken: Cancellation)).Value.ETag.ToString("H");
        await NewRunner(watch).RunDueAsync(JobName, Cancellation);

        conditions.ShouldBe(["If-None-Match *", $"If-Match {version}"]);

        bool Note(Request sent)
        {
            conditions.AddRange(sent.Headers
                .Where(header => header.Name.StartsWith("If-", StringComparison.OrdinalIgnoreCase))
                .Select(header => $"{header.Name} {header.Value}"));
            return true;
        }
    }

    [Fact]
    public async Task Checkpoint_ThatCantBeDeleted_IsNotContinuedByTheNextOccurrence()
    {
        await BeginAtTwoAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(3));
        await TickAsync();
        var refused = new FaultPolicy(sent => IsCheckpoint(sent) && sent.Method == RequestMethod.Delete, 403, "AuthorizationFailure");
        stepsARun = 6;

        var report = await NewRunner(refused).RunDueAsync(JobName, Cancellation);
        Clock.SetUtcNow(TwoOClock.AddDays(1));
        var next = await TickAsync();

        refused.Met.ShouldBeTrue();
        report.Outcome.ShouldBe(Outcome.Completed);
        next.Outcome.ShouldBe(Outcome.Completed);
        next.Warnings.ShouldBeEmpty();
        done.ShouldBe([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task Run_WithoutACheckpoint_SendsOneRequestForIt()
    {
        await BeginAtTwoAsync();
        stepsARun = 6;
        var requests = new CountingPolicy(IsCheckpoint);

        await NewRunner(requests).RunDueAsync(JobName, Cancellation);

        requests.Count.ShouldBe(1);
    }

    private static bool IsCheckpoint(Request request) =>
        request.Uri.Path.Contains("checkpoints/", StringComparison.Ordinal) || request.Uri.Path.Contains("checkpoints%2F", StringComparison.Ordinal);

    private async Task BeginAtTwoAsync()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Begin();
    }

    private void Begin()
    {
        Limits = new RunLimits(TimeSpan.FromSeconds(20));
        Work.Does = DoStepsAsync;
    }

    private Task<RunReport> TickAsync() => NewRunner().RunDueAsync(JobName, Cancellation);

    private async Task<bool> IsKeptAsync() => await Storage.System.GetBlobClient(BlobName).ExistsAsync(Cancellation);

    private async Task<string> KeptAsync() => (await Storage.System.GetBlobClient(BlobName).DownloadContentAsync(Cancellation)).Value.Content.ToString();

    private async Task<TaskResult> DoStepsAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var next = await context.Checkpoint.FindAsync(ReadAsync, cancellationToken) is { } kept
            ? int.Parse(kept, System.Globalization.CultureInfo.InvariantCulture)
            : 0;
        for (var steps = 0; next < Steps; steps++)
        {
            if (steps == stepsARun)
            {
                context.IsOutOfTime().ShouldBeFalse();
                Clock.Advance(TimeSpan.FromSeconds(18));
            }

            if (context.IsOutOfTime())
            {
                await context.Checkpoint.KeepAsync(next, [Encoding.UTF8.GetBytes($"{next}")], cancellationToken);
                return Result().Unfinished();
            }

            done.Add(next++);
        }

        return Result();

        TaskResult Result() => ScriptedTask.Done with { Counts = [new("things", next)] };
    }

    private static async Task<string> ReadAsync(Stream kept, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(kept);
        var text = await reader.ReadToEndAsync(cancellationToken);
        return int.TryParse(text, out _) ? text : throw new InvalidDataException();
    }
}
