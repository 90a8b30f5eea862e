using Cochin.Functions.Locking;
using Cochin.Functions.Running;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Running;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Tests.Infra;

/// <summary>The list that the queries are compared with is what the program emits: heard while real runs end in every way there is.</summary>
public sealed class EmittedTelemetryTests(AzuriteServer server) : RunnerHarness(server)
{
    private static readonly EmittedTelemetry Expected = EmittedTelemetry.Current;

    [Fact]
    public async Task Runs_EndingInEveryWay_EmitWhatTheQueriesAskFor()
    {
        using var heard = new TelemetryListener();

        await RunInEveryWayAsync();

        heard.ReadGauges();
        Assert.SkipWhen(heard.Metrics.Count == 0, "The program does not emit anything yet.");
        heard.Metrics.ShouldBe(Expected.Metrics.Keys, ignoreOrder: true);
        foreach (var (metric, keys) in Expected.Metrics)
        {
            heard.KeysOf(metric).ShouldBe(keys, ignoreOrder: true, metric);
        }

        Expected.SpanKeys.ShouldBeSubsetOf(heard.SpanKeys);
        foreach (var (key, values) in Expected.Values)
        {
            values.ShouldBeSubsetOf(heard.ValuesOf(key), StringComparer.OrdinalIgnoreCase, key);
        }
    }

    [Fact]
    public void LogMessages_OfRuns_HaveTheAttributesThatTheQueriesAskFor()
    {
        var logger = new AttributeLogger();

        logger.RunEnded("run-1", JobName, Outcome.Failed, SkipReason.Missed, TimeSpan.FromSeconds(1), "It does not work.");
        logger.RunLost("run-1", JobName, "run-2");

        new[] { "RunId", "Job", "Error", "FinderId" }.ShouldBeSubsetOf(logger.Keys);
        Expected.LogKeys.Where(key => !key.StartsWith("cochin.", StringComparison.Ordinal)).ShouldBeSubsetOf(logger.Keys);
    }

    private async Task RunInEveryWayAsync()
    {
        await SeenAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddMinutes(15));
        await AddRunningRecordAsync(TwoOClock, TwoOClock);
        (await NewRunner().RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Completed);

        Work.Does = static (_, _) => Task.FromResult(ScriptedTask.Done with { Outcome = Outcome.Partial });
        await RunAsync(Job());
        Work.Does = static (_, _) => throw new InvalidOperationException("Nothing expects this.");
        await RunAsync(Job());
        Work.Does = static (_, _) => Task.FromResult(TaskResult.Skip(SkipReason.NotConfigured));
        await RunAsync(Job());
        await RunAsync(Job(enabled: false));

        var (held, _) = await new BlobLocks(NewStorage(), TimeProvider.System).TryAcquireAsync(ScriptedTask.TaskName, new LockOwner("other:7", "another", "run-x", TwoOClock), Cancellation);
        await RunAsync(Job());
        await held!.DisposeAsync();

        Clock.SetUtcNow(TwoOClock.AddDays(2).AddHours(7));
        (await NewRunner().RunDueAsync(JobName, Cancellation)).Reason.ShouldBe(SkipReason.Missed);
    }

    private Task<RunReport> RunAsync(JobDefinition job) => NewRunner(job).RunJobAsync(job, dryRun: false, RunObserver.None, Cancellation);

    private sealed class AttributeLogger : ILogger
    {
        public HashSet<string> Keys { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Keys.UnionWith(((IEnumerable<KeyValuePair<string, object?>>)state!).Select(attribute => attribute.Key));
    }
}
