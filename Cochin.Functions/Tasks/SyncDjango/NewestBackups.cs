using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>The newest completed record of each configuration that names a file. Of several with the same time, one whose file is there.</summary>
/// <param name="find">Looks for a file.</param>
internal sealed class NewestBackups(Func<string, FilePresence> find)
{
    private readonly Dictionary<string, (DateTimeOffset Time, long Id, string BlobName)> newest = [];

    public void Add(SourceRecord record, string blobName)
    {
        if (OperationStatus.Normalise(record["status"] as string) != OperationStatus.Completed || TimeOf(record) is not { } time)
        {
            return;
        }

        var configuration = ConfigurationOf(record, blobName);
        if (!newest.TryGetValue(configuration, out var known) || time > known.Time
            || (time == known.Time && find(known.BlobName) == FilePresence.Absent))
        {
            newest[configuration] = (time, record.Id, blobName);
        }
    }

    /// <returns>The configuration whose newest record it is; null if there is a newer one.</returns>
    public string? FindConfiguration(SourceRecord record, string blobName) =>
        ConfigurationOf(record, blobName) is var configuration && newest.TryGetValue(configuration, out var known) && known.Id == record.Id
            ? configuration
            : null;

    private static string ConfigurationOf(SourceRecord record, string blobName) =>
        record["configuration"] is string { Length: > 0 } name ? name : BackupBlob.ConfigurationOf(blobName);

    private static DateTimeOffset? TimeOf(SourceRecord record) =>
        Columns.ParseTime(record["completed_at"] as string ?? "") ?? Columns.ParseTime(record["created_at"] as string ?? "");
}
