using System.Globalization;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Local.Demo;

/// <summary>The sample data of the demo: for each rule of the jobs, items to which it applies and items to which it does not.</summary>
/// <param name="now">The time from which ages are calculated.</param>
/// <param name="today">The date from which the dates of the quotes are calculated.</param>
internal sealed class DemoContent(DateTimeOffset now, DateOnly today)
{
    private const string RunningRestore = "restore_42";
    private const int KiB = 1024;
    private static readonly TimeSpan UploadTime = TimeSpan.FromSeconds(20);

    /// <summary>Settings for the demo: a retention rule by which the backup from eight weeks ago is pruned.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Settings { get; } =
        [new("Cochin__Retention__KeepLast", "2"), new("Cochin__Retention__KeepWithinDays", "30")];

    public static IReadOnlyList<DemoBlob> Blobs { get; } =
    [
        .. Folder("temp/import_2024", 12, TimeSpan.FromHours(30), 48 * KiB),
        new("temp/export_devis.csv", TimeSpan.FromHours(26), 180 * KiB),
        new("temp/mosaïque 100% #1.png", TimeSpan.FromDays(9), 75 * KiB),
        new("temp/preview.png", TimeSpan.FromMinutes(10), 40 * KiB),
        new("temp/session/page-1.tmp", TimeSpan.FromDays(3), 4 * KiB),
        new("temp/session/page-2.tmp", TimeSpan.FromMinutes(5), 4 * KiB),
        .. Folder($"restore_temp/{RunningRestore}", 8, TimeSpan.FromHours(30), 96 * KiB),
        .. Folder("restore_temp/restore_17", 6, TimeSpan.FromDays(4), 96 * KiB),
        .. Folder("restore_temp/restore_40", 3, TimeSpan.FromHours(5), 64 * KiB),
        new("uploads/chunk_0001.part", TimeSpan.FromDays(2), 512 * KiB),
        new("uploads/chunk_0002.part", TimeSpan.FromDays(2), 512 * KiB),
        new("uploads/plan.pdf", TimeSpan.FromDays(2), 220 * KiB, IsLeased: true),
        new("uploads/video.mov", TimeSpan.FromMinutes(1), 700 * KiB),
        new("storage/quotidien/cochin-lundi.zip", TimeSpan.FromDays(3), 400 * KiB),
        // Truncated, for example because a disk was full. Its record has the full size.
        new("storage/quotidien/cochin-mardi.zip", TimeSpan.FromDays(2), 410 * KiB, Missing: 5 * KiB),
        new("storage/quotidien/cochin-mercredi.zip", TimeSpan.FromDays(1), 420 * KiB),
        new("storage/quotidien/cochin-jeudi.zip", TimeSpan.FromMinutes(2), 90 * KiB),
        new("storage/hebdo/cochin-s39.tar.gz", TimeSpan.FromDays(57), 850 * KiB),
        new("storage/hebdo/cochin-s46.tar.gz", TimeSpan.FromDays(8), 900 * KiB),
        new("storage/hebdo/cochin-s47.tar.gz", TimeSpan.FromDays(1), 910 * KiB),
        new("storage/hebdo/LISEZMOI.txt", TimeSpan.FromDays(90), KiB),
    ];

    public IReadOnlyList<TableEntity> Operations =>
    [
        // Running for 30 hours with a recent heartbeat: its old folder is in use, and it is not stuck.
        Operation(
            OperationKind.Restore,
            "42",
            OperationStatus.Running,
            TimeSpan.FromHours(30),
            heartbeat: TimeSpan.FromMinutes(2),
            workPath: $"restore_temp/{RunningRestore}/",
            source: "b-lundi"),
        Operation(OperationKind.Restore, "17", OperationStatus.Completed, TimeSpan.FromDays(4), workPath: "restore_temp/restore_17/"),
        Operation(OperationKind.Backup, "lundi-perdu", OperationStatus.Running, TimeSpan.FromHours(9), heartbeat: TimeSpan.FromHours(8)),
        Operation(OperationKind.Restore, "jamais-partie", OperationStatus.Pending, TimeSpan.FromHours(8)),
        Operation(OperationKind.Backup, "en-cours", OperationStatus.Running, TimeSpan.FromMinutes(20), heartbeat: TimeSpan.FromMinutes(1)),
        Recorded("b-lundi", "storage/quotidien/cochin-lundi.zip"),
        Recorded("b-mardi", "storage/quotidien/cochin-mardi.zip"),
        Recorded("b-dimanche", "storage/quotidien/cochin-dimanche.zip", size: 395 * KiB),
        Recorded("b-s39", "storage/hebdo/cochin-s39.tar.gz"),
        Recorded("b-s46", "storage/hebdo/cochin-s46.tar.gz", OperationStatus.FileMissing),
    ];

    public IReadOnlyList<TableEntity> Devis =>
    [
        Quote("DV-2026-101", "12500.00", start: 0, end: 30, "Agence Cochin"),
        Quote("DV-2026-102", "890.50", start: -20, end: 0, "Atelier Nord"),
        Quote("DV-2026-103", "4300.00", start: 0, end: 0, "Agence Cochin"),
        Quote("DV-2026-104", "1234.56", start: -3, end: 11, "Studio Lumière"),
        Quote("DV-2026-105", "760.00", start: -40, end: -12, "Atelier Nord"),
        Quote("DV-2026-106", "9900.00", start: 14, end: 60, "Agence Cochin"),
        Quote("DV-2026-107", "150.00", start: 0, end: 5, "Studio Lumière", isActive: false),
    ];

    /// <summary>The metadata of a blob: for a backup, the time of its file, as <c>sync_django</c> and rclone write it.</summary>
    public Dictionary<string, string> MetadataOf(DemoBlob blob) => blob.Name.StartsWith("storage/", StringComparison.Ordinal)
        ? new() { ["mtime"] = (now - blob.Age - UploadTime).UtcDateTime.ToString("o", CultureInfo.InvariantCulture) }
        : [];

    private static IEnumerable<DemoBlob> Folder(string path, int count, TimeSpan age, int size) =>
        Enumerable.Range(1, count).Select(number => new DemoBlob($"{path}/part-{number:00}.bin", age, size));

    private TableEntity Recorded(string id, string blobName, string status = OperationStatus.Completed, int? size = null)
    {
        var blob = Blobs.FirstOrDefault(blob => blob.Name == blobName);
        var row = Operation(OperationKind.Backup, id, status, blob?.Age ?? TimeSpan.FromDays(4));
        row["BlobName"] = blobName;
        row["SizeBytes"] = (long)(size ?? (blob is null ? 0 : blob.Content().Length + blob.Missing));
        row["Configuration"] = blobName.Split('/')[1];
        return row;
    }

    private TableEntity Operation(
        string kind, string id, string status, TimeSpan age, TimeSpan? heartbeat = null, string? workPath = null, string? source = null)
    {
        var row = new TableEntity(kind, id)
        {
            ["Name"] = id,
            ["Status"] = status,
            ["Type"] = "full",
            ["CreatedAt"] = now - age,
            ["CreatedBy"] = "demo",
        };
        if (heartbeat is { } heartbeatAge)
        {
            row["StartedAt"] = now - age;
            row["HeartbeatAt"] = now - heartbeatAge;
        }

        if (source is not null)
        {
            row["BackupId"] = source;
        }

        if (workPath is not null)
        {
            row["WorkPath"] = workPath;
        }

        return row;
    }

    /// <param name="start">Days from today.</param>
    /// <param name="end">Days from today.</param>
    private TableEntity Quote(string number, string amount, int start, int end, string agent, bool isActive = true) => new(DevisRow.Partition, number)
    {
        ["Montant"] = amount,
        ["Statut"] = isActive,
        ["DateDebut"] = DevisRow.Text(today.AddDays(start)),
        ["DateRendu"] = DevisRow.Text(today.AddDays(end)),
        ["AgentPlateforme"] = agent,
    };
}
