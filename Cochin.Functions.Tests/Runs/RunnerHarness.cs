using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Auditing;
using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Creates runners of one job on real storage, with a fake clock and a scripted task.</summary>
public abstract class RunnerHarness(AzuriteServer server) : StorageTest(server)
{
    private readonly Stack<IDisposable> disposables = new();

    internal const string JobName = "nightly";

    /// <summary>A Tuesday, 12:00 in Paris. The job is due daily at 02:00.</summary>
    internal static readonly DateTimeOffset Noon = new(2026, 6, 2, 10, 0, 0, TimeSpan.Zero);

    internal static readonly DateTimeOffset TwoOClock = new(2026, 6, 3, 0, 0, 0, TimeSpan.Zero);

    internal FakeTimeProvider Clock { get; } = new(Noon);

    /// <summary>The scope of new runners.</summary>
    internal RunnerScope Scope { get; set; } = RunnerScope.Serve();

    internal RunLimits Limits { get; set; } = new();

    internal RunHistoryOptions HistoryOptions { get; set; } = new();

    internal List<RunFollower> Followers { get; } = [];

    internal ScriptedTask Work { get; } = new();

    /// <summary>Shared by all runners of a test, so that a test can listen to it.</summary>
    internal RunTelemetry Telemetry => field ??= new RunTelemetry(Clock, NullLogger<RunTelemetry>.Instance);

    internal static JobDefinition Job(bool enabled = true) => new()
    {
        Name = JobName,
        Options = new ScriptedOptions(),
        Schedule = Schedule("0 0 2 * * *"),
        CatchUp = TimeSpan.FromHours(6),
        Enabled = enabled,
    };

    internal static JobSchedule Schedule(string expression)
    {
        JobSchedule.TryParse(expression, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"), out var schedule, out _).ShouldBeTrue();
        return schedule!;
    }

    public override async ValueTask DisposeAsync()
    {
        while (disposables.TryPop(out var item))
        {
            item.Dispose();
        }

        await base.DisposeAsync();
    }

    internal JobRunner NewRunner(params HttpPipelinePolicy[] policies) => NewRunner(Job(), policies);

    internal JobRunner NewRunner(JobDefinition job, params HttpPipelinePolicy[] policies)
    {
        var storage = NewStorage(policies);
        var states = new JobStates(storage);
        var history = new RunHistory(storage, Clock, HistoryOptions);
        var audit = new AuditLog(storage);
        var guard = new RunGuard(NullLogger<RunGuard>.Instance);
        return new JobRunner(
            new JobCatalog([job]),
            new RunLedger(states, history, audit, Telemetry, Scope, Clock),
            new BlobLocks(storage, Clock),
            new TaskRunner([Work], storage, audit, new RunCheckpoints(states, Clock, NullLogger<RunCheckpoints>.Instance), Limits, guard, Clock),
            guard,
            new RunEvents(new RunFollowers(Followers, Clock, NullLogger<RunFollowers>.Instance), Telemetry, NullLogger<JobRunner>.Instance),
            Clock);
    }

    /// <summary>The webhook for notices; not configured unless a test sets it.</summary>
    internal DiscordSettings Discord { get; set; } = new();

    internal WatchSettings Settings { get; set; } = new();

    /// <summary>Jobs that new watches know in addition.</summary>
    internal IReadOnlyList<JobDefinition> FurtherJobs { get; set; } = [];

    /// <summary>A watch of the job that sends notices to the webhook.</summary>
    internal Watch NewWatch(JobDefinition? job = null, CochinStorage? storage = null)
    {
        storage ??= Storage;
        var catalog = new JobCatalog([job ?? Job(), .. FurtherJobs]);
        var states = new JobStates(storage);
        var history = new RunHistory(storage, Clock, new RunHistoryOptions());
        var webhook = new DiscordWebhook(Discord, TimeProvider.System);
        var delivery = new NoticeDelivery(new NoticeTable(storage), webhook, new AuditLog(storage), Clock, NullLogger<NoticeDelivery>.Instance);
        var digests = new DigestWatch(new DigestSource(catalog, states, history, storage, Settings), new DigestCard(Discord), delivery, Settings, Clock);
        var watch = new Watch(
            new IncidentSource(catalog, states, history, storage, Settings, Scope),
            new NoticeCards(Discord),
            delivery,
            digests,
            Settings,
            Clock,
            NullLogger<Watch>.Instance);
        disposables.Push(webhook);
        disposables.Push(digests);
        disposables.Push(watch);
        return watch;
    }

    /// <summary>Registers the job at noon, so that later occurrences are due.</summary>
    internal async Task RegisterAtNoonAsync()
    {
        var first = await NewRunner().RunDueAsync(JobName, Cancellation);
        first.Reason.ShouldBe(SkipReason.NotDue);
    }

    internal Task<JobState> StateAsync() => new JobStates(Storage).GetAsync(JobName, Cancellation);

    internal async Task<List<RunReport>> RecordsAsync(string partition = JobName) =>
        await new RunHistory(Storage, Clock, new RunHistoryOptions()).ListAsync(partition, Cancellation).ToListAsync(Cancellation);

    /// <summary>Breaks the lease of the task's lock, as if it had expired.</summary>
    internal Task BreakLeaseAsync() =>
        Storage.System.GetBlobClient($"locks/{ScriptedTask.TaskName}").GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Cancellation);

    internal async Task AddRunningRecordAsync(DateTimeOffset startedAt, DateTimeOffset? occurrence, string partition = JobName)
    {
        await Storage.Runs.CreateIfNotExistsAsync(Cancellation);
        var runId = RunKeys.NewRunId(startedAt);
        await Storage.Runs.AddEntityAsync(
            new TableEntity(partition, RunKeys.RowKey(startedAt, runId))
            {
                ["RunId"] = runId,
                ["Task"] = ScriptedTask.TaskName,
                ["Trigger"] = "Scheduled",
                ["Occurrence"] = occurrence,
                ["Outcome"] = "Running",
                ["StartedAt"] = startedAt,
                ["Host"] = "dead:1",
            },
            Cancellation);
    }
}
