using System.Text;
using System.Text.Json;
using Cochin.Functions.Hosting;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Bench.Simulation;

/// <summary>One task over a simulated store, measured. Each runs in a process of its own, so that its memory is its own.</summary>
/// <param name="Task">A task's name, <see cref="Drain"/>, <see cref="ReadAreas"/> or <see cref="ReadBackups"/>.</param>
/// <param name="Count">Blobs, and rows where the task reads rows.</param>
/// <param name="CollectEvery">
/// After how many pages all garbage is collected and what is left is measured; 0 for never. That costs time, and shows what really is held.
/// </param>
internal sealed record SimulatedRun(string Task, long Count, bool DryRun = true, int CollectEvery = 0, SimulatedConditions? Conditions = null)
{
    /// <summary>Reads the pages and does nothing with them: what the simulation itself costs.</summary>
    public const string Drain = "drain";

    /// <summary>Reads the pages of the temporary areas one after another.</summary>
    public const string ReadAreas = "read-areas";

    /// <summary>Reads the pages of the backups and, at the same time, those of their rows, each one after another.</summary>
    public const string ReadBackups = "read-backups";

    public async Task<Footprint> MeasureAsync(CancellationToken cancellationToken)
    {
        var hasRows = Task is RebuildBackupPathsDescription.Name or PruneBackupsDescription.Name or ReadBackups;
        var blobs = hasRows ? BlobSet.Backups(Count) : BlobSet.Temporary(Count);
        using var service = new SimulatedService(blobs, hasRows ? new RowSet(blobs) : null, Conditions ?? new SimulatedConditions());
        var held = new HeldMemory(CollectEvery);
        service.Served = held.Look;

        var measured = await Footprint.TakeAsync(async () =>
        {
            if (Task == Drain)
            {
                await DrainAsync(service, cancellationToken);
            }
            else if (Task is ReadAreas or ReadBackups)
            {
                await ReadAsync(service.Connect().Connect(new StorageNames()), cancellationToken);
            }
            else
            {
                await WorkAsync(service, Options(), cancellationToken);
            }
        });
        return measured with { HeldBytes = held.Most, Requests = service.Requests, Beats = service.Timeline.Beats, BusyFrom = service.Timeline.BusyFrom };
    }

    private TaskOptions Options() => Task switch
    {
        RebuildBackupPathsDescription.Name => new RebuildBackupPathsOptions { DryRun = DryRun },
        PruneBackupsDescription.Name => new PruneBackupsOptions { DryRun = DryRun, Keep = new KeepRules(Last: 1) },
        _ => new CleanupTempFilesOptions { DryRun = DryRun },
    };

    private async Task WorkAsync(SimulatedService service, TaskOptions options, CancellationToken cancellationToken)
    {
        var settings = CochinSettings.Read(new ConfigurationBuilder().Build());
        await using var services = new ServiceCollection().AddLogging().AddCochin(settings, service.Connect()).BuildServiceProvider();
        var report = await services.GetRequiredService<JobRunner>().RunTaskAsync(options, RunObserver.None, cancellationToken);
        var counts = report.Result.Counts.ToDictionary(count => count.Key, count => count.Value);
        var looked = counts.GetValueOrDefault(Task switch
        {
            RebuildBackupPathsDescription.Name => "blobs",
            PruneBackupsDescription.Name => "examined",
            _ => "blobsDeleted",
        });
        if (report.Result.Outcome != Outcome.Completed || looked != Count)
        {
            throw new InvalidOperationException(
                $"The run over {Count} blobs ended as {report.Result.Outcome} with {JsonSerializer.Serialize(counts)}: {report.Result.Error}");
        }
    }

    private async Task ReadAsync(CochinStorage storage, CancellationToken cancellationToken)
    {
        string[] prefixes = Task == ReadBackups ? [BackupBlob.Root] : [.. TempAreas.Default.Names.Select(area => area + "/")];
        var blobs = prefixes.ToAsyncEnumerable()
            .SelectMany(prefix => storage.BackupListing.BlobsAsync(new ListingQuery(prefix, WithMetadata: Task == ReadAreas), cancellationToken))
            .LongCountAsync(cancellationToken)
            .AsTask();
        var rows = Task == ReadBackups
            ? storage.Operations.RowsAsync(RowPart.RelevantFilter, ["RowKey", "Status", "BlobName", "SizeBytes"], cancellationToken)
                .LongCountAsync(cancellationToken)
                .AsTask()
            : System.Threading.Tasks.Task.FromResult(Count);
        if (await blobs != Count || await rows != Count)
        {
            throw new InvalidOperationException($"{await blobs} blobs and {await rows} rows of {Count} were read.");
        }
    }

    private static async Task DrainAsync(SimulatedService service, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(service, disposeHandler: false);
        var page = new byte[PageBuffer.Capacity];
        foreach (var area in TempAreas.Default.Names)
        {
            var marker = "";
            do
            {
                var address = new Uri(
                    $"http://127.0.0.1:10000/devstoreaccount1/backups?restype=container&comp=list&prefix={area}/&marker={marker}");
                using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
                var length = await body.ReadAtLeastAsync(page, page.Length, throwOnEndOfStream: false, cancellationToken);
                var end = Encoding.ASCII.GetString(page, length - 100, 100);
                var start = end.IndexOf("<NextMarker>", StringComparison.Ordinal) + "<NextMarker>".Length;
                marker = end[start..end.IndexOf("</NextMarker>", StringComparison.Ordinal)];
            }
            while (marker.Length > 0);
        }
    }
}
