using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Tests.Infra;

/// <summary>The telemetry names and values that the program emits, collected from real runs with every outcome.</summary>
public sealed class EmittedNames(AzuriteServer server) : RunnerHarness(server)
{
    private readonly LogAttributes log = new();

    /// <summary>The service name (column AppRoleName).</summary>
    public string Role { get; } = "cochin-maintenance";

    /// <summary>Each metric with the keys of its attributes.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> Metrics { get; private set; } = new Dictionary<string, IReadOnlySet<string>>();

    /// <summary>Keys of the attributes of the span of a run.</summary>
    public IReadOnlySet<string> SpanKeys { get; private set; } = new HashSet<string>();

    /// <summary>Keys of the attributes and scopes of the log messages of a run.</summary>
    public IReadOnlySet<string> LogKeys => log.Keys;

    /// <summary>Values of the attributes of metrics, by the key.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> Values { get; private set; } = new Dictionary<string, IReadOnlySet<string>>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        using var emitted = new EmittedTelemetry(Telemetry);
        await RunInEveryWayAsync(() => emitted.ReadGauges());

        Metrics = emitted.Metrics.ToDictionary(metric => metric.Key, IReadOnlySet<string> (metric) => metric.Value.Keys.ToHashSet());
        SpanKeys = emitted.SpanAttributes;
        Values = emitted.Metrics.Values.SelectMany(metric => metric).GroupBy(tag => tag.Key, tag => tag.Value)
            .ToDictionary(tag => tag.Key, IReadOnlySet<string> (tag) => tag.SelectMany(values => values).ToHashSet());

        await LogAsync();
    }

    private async Task RunInEveryWayAsync(Action readGauges)
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddMinutes(15));
        await AddRunningRecordAsync(TwoOClock, TwoOClock);
        (await NewRunner().RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Completed);
        readGauges();

        Work.Does = static (_, _) => Task.FromResult(ScriptedTask.Done with { Outcome = Outcome.Partial });
        await RunAsync(Job());
        Work.Does = static (_, _) => throw new InvalidOperationException("Nothing expects this.");
        await RunAsync(Job());
        Work.Does = static (_, _) => Task.FromResult(ScriptedTask.Failed with { Reason = SkipReason.Interrupted });
        await RunAsync(Job());
        Work.Does = static (_, _) => Task.FromResult(TaskResult.Skip(SkipReason.NotConfigured));
        await RunAsync(Job());
        await RunAsync(Job(enabled: false));
        await NewRunner().RunTaskAsync(new ScriptedOptions(), RunObserver.None, Cancellation);
        readGauges();

        var locks = new BlobLocks(NewStorage(), TimeProvider.System);
        var another = new LockOwner("other:7", "another", "run-x", TwoOClock);
        var (held, _) = await locks.TryAcquireAsync(ScriptedTask.TaskName, another, Cancellation);
        await RunAsync(Job());
        await held!.DisposeAsync();

        Clock.SetUtcNow(TwoOClock.AddDays(2).AddHours(7));
        (await NewRunner().RunDueAsync(JobName, Cancellation)).Reason.ShouldBe(SkipReason.Missed);
    }

    private Task<RunReport> RunAsync(JobDefinition job) => NewRunner(job).RunJobAsync(job, dryRun: false, RunObserver.None, Cancellation);

    /// <summary>Runs a job with its real logging, and logs the message about a lost run, which does not occur here.</summary>
    private async Task LogAsync()
    {
        var settings = CochinSettings.Read(new ConfigurationBuilder().Build()) with { Names = Names };
        await using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddCochin(settings, new StorageConnection(ConnectionString))
            .BuildServiceProvider();
        await services.GetRequiredService<JobRunner>().RunJobAsync(settings.Jobs.Jobs[0], dryRun: false, RunObserver.None, Cancellation);
        services.GetRequiredService<ILogger<JobRunner>>().RunLost("run-1", JobName, "run-2");
    }
}
