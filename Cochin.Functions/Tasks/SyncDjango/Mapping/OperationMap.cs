using System.Globalization;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tasks.SyncDjango.Mapping;

/// <summary>Turns backups and restores of the application into rows.</summary>
/// <param name="findFile">Looks up the file of a blob.</param>
internal sealed class OperationMap(PathMap paths, Func<string, FileFacts> findFile)
{
    public const string ExternalPrefix = MappedRow.KeyPrefix + "external-";

    private const string Path = "file_path";

    // An external restoration has a status for each of its steps.
    private static readonly string[] RunningSteps = ["extracting", "analyzing", "executing", "finalizing"];

    public static string KeyOf(long id) => string.Create(CultureInfo.InvariantCulture, $"{MappedRow.KeyPrefix}{id}");

    /// <summary>Where the file of a backup is; null if its record names none.</summary>
    public static MappedPath? PlaceOf(PathMap paths, SourceRecord backup) => backup[Path] switch
    {
        null => null,
        string text when string.IsNullOrWhiteSpace(text) => null,
        string text => paths.Map(text),
        _ => new MappedPath(PathPlace.Unreadable, null),
    };

    public static Checksum? ChecksumOf(SourceRecord backup) => Checksum.Parse(backup["checksum"] as string);

    public MappedRow Backup(SourceRecord record)
    {
        var values = new ValueReader(record);
        var place = PlaceOf(paths, record);
        var checksum = ReadChecksum(record, values);
        var size = values.Number("file_size");
        if (place?.Place == PathPlace.Unreadable)
        {
            values.Problems.Add($"has the {Path} {Problems.Quote(record[Path] as string)}, which is not the path of a file");
        }

        return Row(record, values, OperationKind.Backup, KeyOf(record.Id), values.Text("backup_name"), [
            ("Type", ColumnKind.Text, values.Text("backup_type")),
            (nameof(Operation.Configuration), ColumnKind.Text, ConfigurationOf(values.Text("configuration"), place)),
            (nameof(Operation.KeyOwner), ColumnKind.Text, OwnerOf(record)),
        ],
        IsUnknown(place) ? Cell.Unknown : new Cell(place?.BlobName),
        size,
        checksum,
        findFile);
    }

    public static MappedRow Restore(SourceRecord record)
    {
        var values = new ValueReader(record);
        return Row(record, values, OperationKind.Restore, KeyOf(record.Id), values.Text("restore_name"), [
            ("Type", ColumnKind.Text, values.Text("restore_type")),
            (nameof(Operation.BackupId), ColumnKind.Text,
                record["backup_source_id"] is long backup ? new Cell(KeyOf(backup)) : values.Text("backup_source_id")),
        ]);
    }

    public static MappedRow External(SourceRecord record)
    {
        var values = new ValueReader(record);
        var key = string.Create(CultureInfo.InvariantCulture, $"{ExternalPrefix}{record.Id}");
        return Row(record, values, OperationKind.Restore, key, values.Text("restoration_name"), []);
    }

    private static OperationRow Row(
        SourceRecord record,
        ValueReader values,
        string kind,
        string key,
        Cell name,
        IReadOnlyList<(string Column, ColumnKind Kind, Cell Cell)> further,
        Cell? blobName = null,
        Cell? size = null,
        Cell? checksum = null,
        Func<string, FileFacts>? findFile = null)
    {
        var status = (values.Text("status").Value as string)?.Trim();
        var created = values.CreationTime();
        var written = RunningSteps.Contains(status) ? OperationStatus.Running : OperationStatus.Normalise(status);
        IReadOnlyList<(string, ColumnKind, Cell)> cells =
        [
            (nameof(Operation.Name), ColumnKind.Text, name),
            .. further,
            (nameof(Operation.CreatedAt), ColumnKind.Time, created),
            (nameof(Operation.StartedAt), ColumnKind.Time, values.Time("started_at")),
            (nameof(Operation.CompletedAt), ColumnKind.Time, values.Time("completed_at")),
            (nameof(Operation.ErrorMessage), ColumnKind.Text, values.Prose("error_message")),
            ("CreatedBy", ColumnKind.Text, values.Text("created_by_id")),
        ];
        return new OperationRow(kind, key, status ?? "", written ?? "")
        {
            Cells = cells,
            CreatedAt = created,
            BlobName = blobName ?? Cell.Unknown,
            Size = size ?? Cell.Unknown,
            Sha256 = checksum ?? Cell.Unknown,
            FindFile = findFile,
            Rejection = status is null ? "has no status" : null,
            Problems = values.Problems,
        };
    }

    private static Cell ReadChecksum(SourceRecord record, ValueReader values)
    {
        var text = values.Text("checksum");
        if (text.Value is string written && ChecksumOf(record) is null)
        {
            values.Problems.Add($"has the checksum {Problems.Quote(written)}, which is not a SHA-256");
            return Cell.Unknown;
        }

        return text;
    }

    // With another root, a path outside the root may name a file. So what the row has is kept.
    private static bool IsUnknown(MappedPath? place) => place is { Place: PathPlace.Unreadable or PathPlace.OutsideRoot };

    private static Cell ConfigurationOf(Cell configuration, MappedPath? place) =>
        configuration is not { IsKnown: true, Value: null } ? configuration
        : IsUnknown(place) ? Cell.Unknown
        : place?.BlobName is { } name && BackupBlob.ConfigurationOf(name) is { Length: > 0 } second ? new Cell(second)
        : configuration;

    private static Cell OwnerOf(SourceRecord record) => record["created_by_id"] is long id && record["username"] is string { Length: > 0 } user
        ? new Cell(string.Create(CultureInfo.InvariantCulture, $"{id}_{user}"))
        : Cell.Unknown;
}
