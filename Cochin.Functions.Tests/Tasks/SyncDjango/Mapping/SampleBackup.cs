using Azure.Data.Tables;
using Cochin.Functions.Tasks.SyncDjango;
using Cochin.Functions.Tasks.SyncDjango.Mapping;
using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Mapping;

/// <summary>A completed backup of the application, with its row.</summary>
internal static class SampleBackup
{
    public const string Name = "storage/Daily Backup/a.encrypted";
    public static readonly string Sha256 = new('a', 64);

    private static readonly Dictionary<string, object?> Plain = new()
    {
        ["id"] = 12L, ["backup_name"] = "Hebdomadaire complète", ["status"] = "completed", ["backup_type"] = "full", ["file_path"] = $"/app/backups/{Name}",
        ["file_size"] = 10L, ["checksum"] = Sha256, ["started_at"] = "2026-11-29 03:00:03.220693", ["completed_at"] = "2026-11-29 03:00:44",
        ["created_at"] = "2026-11-29 03:00:03.220693", ["error_message"] = "", ["configuration"] = "Daily Backup", ["created_by_id"] = 2L,
        ["username"] = "system_backup",
    };

    public static readonly FileFacts Stored = new(Name, FileStanding.Stored, 10, Checksum.Parse(Sha256));

    public static TableEntity New() => Backup().Merge(null).Row.ShouldNotBeNull();

    public static MappedRow Backup(params (string Column, object? Value)[] changes) => Backup(Stored, changes);

    public static MappedRow Backup(FileFacts file, params (string Column, object? Value)[] changes)
    {
        var values = new Dictionary<string, object?>(Plain);
        foreach (var (column, value) in changes)
        {
            values[column] = value;
        }

        return new OperationMap(new PathMap("/app/backups"), name => file with { BlobName = name }).Backup(new SourceRecord(values));
    }
}
