using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>A test of the task on real storage.</summary>
public abstract class RebuildTest(AzuriteServer server) : StorageTest(server)
{
    protected static readonly TimeSpan Old = TimeSpan.FromHours(2);

    internal ConcurrentBag<TaskItem> Items { get; } = [];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
    }

    internal Action ThrowIfStopped { get; set; } = () => { };

    internal Func<bool> IsOutOfTime { get; set; } = () => false;

    internal CancellationToken OutOfTime { get; set; }

    internal Task<TaskResult> RunAsync(
        RebuildBackupPathsOptions? options = null,
        BackupSettings? settings = null,
        CochinStorage? storage = null,
        Checkpoint? checkpoint = null)
    {
        storage ??= Storage;
        options ??= new RebuildBackupPathsOptions();
        var own = storage.Guarded(options.DryRun ? TaskOnStorage.RefuseInDryRun : ThrowIfStopped);
        var context = new TaskContext
        {
            RunId = "run1",
            Job = RebuildBackupPathsDescription.Name,
            Storage = own,
            ClosingStorage = storage,
            Audit = new AuditTrail(new AuditLog(storage), own, storage, TimeProvider.System, "run1", RebuildBackupPathsDescription.Name),
            Items = checkpoint is null ? Items.Add : null,
            ThrowIfStopped = () => ThrowIfStopped(),
            IsOutOfTime = () => IsOutOfTime(),
            OutOfTime = OutOfTime,
            Checkpoint = checkpoint ?? Checkpoint.None,
        };
        return new RebuildBackupPathsTask(settings ?? new BackupSettings()).RunAsync(options, context, Cancellation);
    }

    /// <summary>Today's lines of the audit log.</summary>
    protected async Task<IReadOnlyList<JsonNode>> AuditedAsync()
    {
        var log = await Storage.System.GetBlobClient(AuditPart.FirstOf(TimeProvider.System.GetUtcNow()).BlobName).DownloadContentAsync(Cancellation);
        return [.. log.Value.Content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    /// <summary>Clients with small pages. The query must be changed before the request is signed, so the policy runs per call.</summary>
    internal CochinStorage NewStorageOfSmallPages(HttpPipelinePolicy policy, int blobsPerPage = 1, int rowsPerPage = 1_000)
    {
        var options = new BlobClientOptions();
        options.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        options.AddPolicy(Adding(RequestHook.IsListing, "maxresults", blobsPerPage), HttpPipelinePosition.PerCall);
        var tableOptions = new TableClientOptions();
        tableOptions.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        tableOptions.AddPolicy(Adding(RequestHook.IsQuery, "$top", rowsPerPage), HttpPipelinePosition.PerCall);
        return Clients([]);

        CochinStorage Clients(HttpPipelinePolicy[] guards)
        {
            foreach (var guard in guards)
            {
                options.AddPolicy(guard, HttpPipelinePosition.PerRetry);
                tableOptions.AddPolicy(guard, HttpPipelinePosition.PerRetry);
            }

            return new CochinStorage(new BlobServiceClient(ConnectionString, options), new TableServiceClient(ConnectionString, tableOptions), Names)
            {
                Connect = beforeWrite => Clients([new WriteGuardPolicy(beforeWrite)]),
            };
        }

        static RequestHook Adding(Func<Request, bool> matches, string parameter, int value) => new(request =>
        {
            if (matches(request))
            {
                request.Uri.AppendQuery(parameter, $"{value}");
            }

            return Task.CompletedTask;
        });
    }

    internal Task AddBackupAsync(string id, string status, string? blobName, long? size = null) =>
        AddOperationAsync(OperationKind.Backup, id, ("Status", status), ("BlobName", blobName), ("SizeBytes", size), ("Name", "kept"));

    internal async Task AddBackupsAsync(int count, Func<int, string> blobName)
    {
        for (var i = 0; i < count; i++)
        {
            await AddBackupAsync($"b{i}", OperationStatus.Completed, blobName(i));
        }
    }

    internal async Task<TableEntity> BackupAsync(string id) =>
        (await Storage.Operations.FindAsync(OperationKind.Backup, id, Cancellation)).ShouldNotBeNull();

    internal async Task<List<TableEntity>> BackupsAsync() =>
        await Storage.Operations.ReadAsync("PartitionKey eq 'backup'", cancellationToken: Cancellation).ToListAsync(Cancellation);

    internal async Task<string> StatusAsync(string id) => (await BackupAsync(id)).GetString("Status");

    internal static long Count(TaskResult result, string name) => result.Counts.Single(count => count.Key == name).Value;

    internal static string Counts(TaskResult result) =>
        string.Join(' ', result.Counts.Where(count => count.Value != 0).Select(count => $"{count.Key}={count.Value}"));
}
