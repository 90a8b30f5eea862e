using System.Diagnostics;
using Cochin.Functions.Locking;
using Cochin.Functions.Runs;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cochin.Functions.Tests.Runs;

public sealed class RunTelemetryTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task RunDue_Completed_EmitsASpanWithAllAttributes()
    {
        using var emitted = new EmittedTelemetry(Telemetry);
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        var span = emitted.Spans.ShouldHaveSingleItem();
        span.DisplayName.ShouldBe("run nightly");
        span.Kind.ShouldBe(ActivityKind.Internal);
        span.Status.ShouldBe(ActivityStatusCode.Unset);
        Attributes(span).ShouldBe(
            new Dictionary<string, object?>
            {
                ["cochin.run.id"] = report.RunId,
                ["cochin.job"] = "nightly",
                ["cochin.task"] = "scripted",
                ["cochin.trigger"] = "Scheduled",
                ["cochin.dry_run"] = false,
                ["cochin.occurrence"] = "2026-06-03T00:00:00Z",
                ["cochin.outcome"] = "Completed",
                ["cochin.count.things"] = 3L,
                ["cochin.bytes.freed"] = 42L,
            },
            ignoreOrder: true);
    }

    [Fact]
    public async Task RunDue_Completed_EmitsMetrics()
    {
        using var emitted = new EmittedTelemetry(Telemetry);
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) =>
        {
            Clock.Advance(TimeSpan.FromSeconds(7));
            return Task.FromResult(ScriptedTask.Done);
        };

        await NewRunner().RunDueAsync(JobName, Cancellation);

        Lines(emitted).ShouldBe(
        [
            "cochin.bytes = 42 By: cochin.item=freed cochin.job=nightly",
            "cochin.items = 3 {item}: cochin.item=things cochin.job=nightly",
            "cochin.lock.wait = 0 s: cochin.lock.result=acquired cochin.lock.scope=scripted",
            "cochin.run.duration = 7 s: cochin.job=nightly cochin.outcome=Completed cochin.task=scripted",
            "cochin.run.outcome = 1 {run}: cochin.job=nightly cochin.outcome=Completed cochin.task=scripted cochin.trigger=Scheduled",
        ]);
    }

    [Fact]
    public async Task RunDue_NotDue_EmitsNothingAndSendsOneRequest()
    {
        await RegisterAtNoonAsync();
        using var emitted = new EmittedTelemetry(Telemetry);
        var requests = new CountingPolicy();

        await NewRunner(requests).RunDueAsync(JobName, Cancellation);

        requests.Count.ShouldBe(1);
        emitted.Spans.ShouldBeEmpty();
        emitted.Measurements.ShouldBeEmpty();
        emitted.ReadGauges().ShouldHaveSingleItem().Name.ShouldBe("cochin.job.last_success_age");
    }

    [Fact]
    public async Task RunJob_TaskFails_EmitsAnErrorWithTheReason()
    {
        using var emitted = new EmittedTelemetry(Telemetry);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        var span = emitted.Spans.ShouldHaveSingleItem();
        span.Status.ShouldBe(ActivityStatusCode.Error);
        span.StatusDescription.ShouldBe("It does not work.");
        Attributes(span)["error.type"].ShouldBe("failed");
        Attributes(span)["cochin.outcome"].ShouldBe("Failed");
        emitted.Single("cochin.run.outcome").Tags["cochin.outcome"].ShouldBe("Failed");
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task RunJob_TaskThrows_EmitsTheErrorType(string errorType, Exception error)
    {
        using var emitted = new EmittedTelemetry(Telemetry);
        Work.Does = (_, _) => throw error;

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        Attributes(emitted.Spans.ShouldHaveSingleItem())["error.type"].ShouldBe(errorType);
    }

    public static TheoryData<string, Exception> Errors() => new()
    {
        { "System.InvalidOperationException", new InvalidOperationException("no") },
        { "ServerBusy", new Azure.RequestFailedException(503, "busy", "ServerBusy", null) },
        { "ServerBusy", new AggregateException(new TimeoutException(), new Azure.RequestFailedException(503, "busy", "ServerBusy", null)) },
    };

    [Fact]
    public async Task RunJob_Interrupted_EmitsTheErrorType()
    {
        using var emitted = new EmittedTelemetry(Telemetry);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Work.Does = async (_, cancellationToken) =>
        {
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return ScriptedTask.Done;
        };

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, stop.Token);

        Attributes(emitted.Spans.ShouldHaveSingleItem())["error.type"].ShouldBe("interrupted");
    }

    [Fact]
    public async Task RunDue_StorageUnavailable_StillEmitsASpanAndACount()
    {
        await RegisterAtNoonAsync();
        using var emitted = new EmittedTelemetry(Telemetry);
        Clock.SetUtcNow(TwoOClock);

        await NewRunner(new OutagePolicy { IsOut = true }).RunDueAsync(JobName, Cancellation);

        emitted.Spans.ShouldHaveSingleItem().Status.ShouldBe(ActivityStatusCode.Error);
        emitted.Single("cochin.run.outcome").Tags["cochin.outcome"].ShouldBe("Failed");
    }

    [Fact]
    public async Task RunJob_DryRun_EmitsASpanAndNoMetrics()
    {
        using var emitted = new EmittedTelemetry(Telemetry);

        await NewRunner().RunJobAsync(Job(), dryRun: true, RunObserver.None, Cancellation);

        Attributes(emitted.Spans.ShouldHaveSingleItem())["cochin.dry_run"].ShouldBe(true);
        emitted.Measurements.ShouldBeEmpty();
        emitted.ReadGauges().ShouldBeEmpty();
    }

    [Fact]
    public async Task RunDue_LockHeldAtEveryTick_IsEmittedOncePerOccurrence()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        var owner = new LockOwner("h:1", "other", "r", Noon);
        var (held, _) = await new BlobLocks(Storage, TimeProvider.System).TryAcquireAsync(ScriptedTask.TaskName, owner, Cancellation);
        await using var theLock = held!;
        using var emitted = new EmittedTelemetry(Telemetry);
        var runner = NewRunner();

        var first = await runner.RunDueAsync(JobName, Cancellation);
        var second = await runner.RunDueAsync(JobName, Cancellation);

        (first.IsRepeat, second.IsRepeat).ShouldBe((false, true));
        var span = emitted.Spans.ShouldHaveSingleItem();
        Attributes(span)["cochin.reason"].ShouldBe("LockHeld");
        span.Status.ShouldBe(ActivityStatusCode.Unset);
        emitted.Single("cochin.run.outcome").Tags["cochin.reason"].ShouldBe("LockHeld");
        emitted.Measurements
            .Where(measured => measured.Name == "cochin.lock.wait")
            .Select(measured => measured.Tags["cochin.lock.result"])
            .ShouldBe(["held", "held"]);
        emitted.Measurements.ShouldNotContain(measured => measured.Name == "cochin.run.duration");
    }

    [Fact]
    public async Task RunDue_DeadRunsFound_CountsEachOnceAsLost()
    {
        await RegisterAtNoonAsync();
        await AddRunningRecordAsync(TwoOClock.AddHours(-3), occurrence: null, partition: ScriptedTask.TaskName);
        await AddRunningRecordAsync(TwoOClock, TwoOClock);
        using var emitted = new EmittedTelemetry(Telemetry);
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);

        await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewRunner().RunDueAsync(JobName, Cancellation);

        emitted.Measurements
            .Where(measured => measured.Name == "cochin.run.outcome" && measured.Tags["cochin.outcome"] == "Lost")
            .Select(measured => measured.Tags["cochin.job"])
            .ShouldBe([JobName, ScriptedTask.TaskName], ignoreOrder: true);
    }

    [Fact]
    public async Task RunJob_WithoutListener_StartsNoSpan()
    {
        using var quiet = new RunTelemetry(Clock, NullLogger<RunTelemetry>.Instance);
        Activity? seen = null;
        Work.Does = (_, _) =>
        {
            seen = Activity.Current;
            return Task.FromResult(ScriptedTask.Done);
        };

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        seen.ShouldBeNull();
    }

    private static Dictionary<string, object?> Attributes(Activity span) => span.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value);

    private static IEnumerable<string> Lines(EmittedTelemetry emitted) => emitted.Measurements
        .Select(measured => $"{measured.Name} = {measured.Value} {measured.Unit}: {string.Join(' ', measured.Tags.Select(tag => $"{tag.Key}={tag.Value}"))}")
        .Order(StringComparer.Ordinal);
}
