using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Cochin.Functions.Auditing;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>Base class for tests of the status on real storage with a fake clock.</summary>
public abstract class StatusTest(AzuriteServer server) : StorageTest(server)
{
    /// <summary>A Tuesday, 14:00 in Paris.</summary>
    internal static readonly DateTimeOffset Now = new(2026, 11, 24, 13, 0, 0, TimeSpan.Zero);

    internal FakeTimeProvider Clock { get; } = new(Now);

    internal IReadOnlyList<JobDefinition> Jobs { get; set; } =
        [Job("nightly"), Job("hourly", "0 0 * * * *"), Job("weekly", "0 0 3 * * 0"), Job("other"), Job("another")];

    internal WatchSettings Watch { get; set; } = new();

    internal RetentionSettings Retention { get; set; } = new();

    internal static JobDefinition Job(string name, string schedule = "0 0 2 * * *")
    {
        JobSchedule.TryParse(schedule, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"), out var parsed, out _).ShouldBeTrue();
        return new JobDefinition { Name = name, Options = new CleanupStuckOperationsOptions(), Schedule = parsed!, CatchUp = TimeSpan.FromHours(6) };
    }

    internal StatusSource NewSource(params HttpPipelinePolicy[] policies) => NewSource(NewStorage(policies));

    internal PagePublisher NewPublisher(params HttpPipelinePolicy[] policies)
    {
        var storage = NewStorage(policies);
        return new PagePublisher(NewSource(storage), storage);
    }

    internal Task<StatusDocument> ReadAsync() => NewSource().ReadAsync(Cancellation);

    /// <summary>Writes run records in the format of the runner.</summary>
    internal async Task AddRunsAsync(string job, IEnumerable<(DateTimeOffset At, Outcome Outcome, string? Error)> runs)
    {
        await Storage.Runs.CreateIfNotExistsAsync(Cancellation);
        foreach (var batch in runs.Chunk(100))
        {
            await Storage.Runs.SubmitTransactionAsync(
                batch.Select(run => new TableTransactionAction(TableTransactionActionType.Add, Row(job, run.At, run.Outcome, run.Error))),
                Cancellation);
        }
    }

    internal async Task SetStateAsync(string job, params (string Column, object Value)[] columns)
    {
        await Storage.Jobs.CreateIfNotExistsAsync(Cancellation);
        var row = new TableEntity("job", job);
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        await Storage.Jobs.UpsertEntityAsync(row, TableUpdateMode.Replace, Cancellation);
    }

    private StatusSource NewSource(CochinStorage storage) => new(
        new JobCatalog(Jobs),
        new JobStates(storage),
        new RunHistory(storage, Clock, new RunHistoryOptions()),
        new OperationsSource(storage, Watch, new WorkPathReader(TempAreas.Default, storage.Names.BackupContainer), Retention, Clock),
        new ChangesSource(new AuditTail(storage, Clock)),
        Clock);

    private static TableEntity Row(string job, DateTimeOffset at, Outcome outcome, string? error) => RunRow.Write(
        new RunReport
        {
            Job = job,
            Task = CleanupTempFilesDescription.Name,
            RunId = RunKeys.NewRunId(at),
            Trigger = RunTrigger.Scheduled,
            Occurrence = at,
            DryRun = false,
            StartedAt = at,
            Duration = TimeSpan.FromSeconds(2),
            Result = new TaskResult { Outcome = outcome, Bytes = [new("freed", 1_000)], Error = error },
        },
        "host:1");
}
