namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>The store as it must be, in plain dictionaries, with the rules of the contract written a second time.</summary>
internal sealed class Reference
{
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(60);
    public static readonly TimeSpan StuckAfter = TimeSpan.FromHours(6);

    // As near to a limit as this nothing is demanded and either is allowed: the service keeps whole seconds.
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(5);

    public Dictionary<string, ModelBlob> Blobs { get; set; } = [];

    /// <summary>What was written as which version of a blob: its SHA-256, and whether it is a backup that is sound.</summary>
    public Dictionary<string, (string Sha256, bool IsSound)> Contents { get; } = [];

    public Dictionary<string, ModelOperation> Operations { get; set; } = [];

    public Dictionary<string, ModelQuote> Quotes { get; set; } = [];

    /// <summary>Whether something that last happened then is surely as old as a limit.</summary>
    public static bool IsOld(DateTimeOffset then, TimeSpan limit, DateTimeOffset now) => now - then > limit + Near;

    /// <summary>Whether it may be.</summary>
    public static bool MayBeOld(DateTimeOffset then, TimeSpan limit, DateTimeOffset now) => now - then >= limit - Near;

    /// <summary>The unit of a temporary blob, e.g. <c>temp/folder1</c>; null for others.</summary>
    public static string? UnitOf(string blob) =>
        blob.Split('/') is [("temp" or "restore_temp" or "uploads") and var area, var name, ..] ? $"{area}/{name}" : null;

    public IEnumerable<ModelBlob> BlobsOf(string unit) => Blobs.Where(blob => UnitOf(blob.Key) == unit).Select(blob => blob.Value);

    public bool IsInUse(string unit) =>
        Operations.Values.Any(operation => operation.IsLive && (Claims(operation.WorkPath, unit) || HasId(unit, operation.Id)))
        || LiveRestores.Any(restore => Operations.GetValueOrDefault($"backup/{restore.BackupId}") is { BlobName: null });

    public bool IsLeased(string unit) => BlobsOf(unit).Any(blob => blob.IsLeased);

    /// <summary>Whether nothing speaks against deleting a unit.</summary>
    public bool MayBeDeleted(string unit, TimeSpan age, DateTimeOffset now) =>
        !IsInUse(unit) && !IsLeased(unit) && BlobsOf(unit).All(blob => MayBeOld(blob.WrittenAt, age, now));

    /// <summary>Whether a clean-up that nothing disturbs may not leave it.</summary>
    public bool MustBeDeleted(string unit, TimeSpan age, DateTimeOffset now) =>
        !IsInUse(unit) && !IsLeased(unit) && BlobsOf(unit).All(blob => IsOld(blob.WrittenAt, age, now));

    /// <summary>Whether a blob is a backup that no record and no operation under way names.</summary>
    public bool IsOrphan(string blob) =>
        blob.StartsWith("storage/", StringComparison.Ordinal)
        && (blob.EndsWith(".zip", StringComparison.Ordinal) || blob.EndsWith(".encrypted", StringComparison.Ordinal))
        && !Operations.Values.Any(operation => operation.BlobName == blob && (operation.IsLive || operation.Kind == "backup"));

    /// <summary>Whether nothing speaks against deleting a blob for good, by the rules keep-last 1 and keep-daily 2.</summary>
    /// <param name="isOld">Whether something written then is older than the grace.</param>
    public bool MayBePruned(string blob, DateTimeOffset now, Func<DateTimeOffset, bool> isOld)
    {
        var rows = Operations.Values.Where(operation => operation.BlobName == blob && IsNeeding(operation)).ToList();
        return Blobs.TryGetValue(blob, out var found) && !found.IsLeased && isOld(found.WrittenAt) && !IsAnySource()
            && rows.Count > 0 && rows.TrueForAll(row => row.Status == "completed" && !row.IsProtected && !IsSource(row)) && !IsKept(rows, now);
    }

    private bool IsNeeding(ModelOperation row) =>
        row.IsLive || (row.Kind == "backup" && (row.Status is "completed" or "file_missing" || row.IsProtected || IsSource(row)));

    private IEnumerable<ModelOperation> LiveRestores => Operations.Values.Where(operation => operation is { Kind: "restore", IsLive: true });

    private bool IsSource(ModelOperation row) => LiveRestores.Any(restore => restore.BackupId == row.Id);

    /// <summary>Whether a restore is under way whose backup is not known.</summary>
    private bool IsAnySource() => LiveRestores.Any(
        restore => restore.BackupId is null || Operations.GetValueOrDefault($"backup/{restore.BackupId}")?.BlobName is null);

    /// <param name="rows">The rows of one blob.</param>
    private bool IsKept(List<ModelOperation> rows, DateTimeOffset now)
    {
        var place = rows[0].Place;
        var found = Operations.Values
            .Where(other => other is { Kind: "backup", Status: "completed", BlobName: not null } && other.Place == place && Blobs.ContainsKey(other.BlobName))
            .ToList();
        var uploads = found.Where(row => row.IsRegistered).DistinctBy(row => row.BlobName).Select(row => row.MadeAt).Order().ToList();
        var hasOthers = Operations.Values.Any(
            row => row is { Kind: "backup", Status: "completed" or "file_missing", IsRegistered: false } && row.Place == place);
        var areUndated = hasOthers
            || uploads.Skip(2).Zip(uploads).Any(pair => pair.First - pair.Second <= TimeSpan.FromHours(1));
        var all = found
            .Where(row => !(areUndated && row.IsRegistered) && !IsRewritten(row))
            .GroupBy(row => row.BlobName!)
            .Select(twins => twins.OrderByDescending(row => row.MadeAt).First() with
            {
                IsProtected = found.Any(row => row.BlobName == twins.Key && row.IsProtected),
                IsDamaged = found.Any(row => row.BlobName == twins.Key && row.IsDamaged),
            })
            .OrderByDescending(row => row.MadeAt).ThenBy(row => row.Id, StringComparer.Ordinal)
            .ToList();
        if (all.Find(one => one.BlobName == rows[0].BlobName) is not { } self)
        {
            return true; // Its age is unknown.
        }

        var rivals = all.Where(other => !other.IsProtected && (self.IsDamaged || !other.IsDamaged)).ToList();
        var days = rivals.Select(Day).Distinct().Take(2).ToList();
        return rivals[0] == self
            || (days.Contains(Day(self)) && rivals.First(other => Day(other) == Day(self)) == self)
            || all.Find(other => !other.IsDamaged) == self
            || all.Find(other => !other.IsDamaged && IsSound(other, now)) == self;
    }

    private bool IsRewritten(ModelOperation row) =>
        Blobs[row.BlobName!] is var blob && blob.WrittenAt > row.MadeAt && row.SizeBytes is { } size && size != blob.Bytes;

    private bool IsSound(ModelOperation row, DateTimeOffset now) => Operations.Values.Any(twin => twin is { Kind: "backup", Status: "completed" }
        && twin.BlobName == row.BlobName && twin.VerifiedAt <= now.AddDays(1) && twin.VerifiedETag == Blobs[row.BlobName!].ETag.Trim('"'));

    private static DateTime Day(ModelOperation row) => TimeZoneInfo.ConvertTime(row.MadeAt, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).Date;

    private static bool Claims(string? workPath, string unit)
    {
        if (workPath is null)
        {
            return false;
        }

        var (work, place) = (workPath.TrimEnd('/') + "/", unit + "/");
        return work.StartsWith(place, StringComparison.Ordinal) || place.StartsWith(work, StringComparison.Ordinal);
    }

    private static bool HasId(string unit, string id) =>
        $"_{Plain(unit[(unit.IndexOf('/', StringComparison.Ordinal) + 1)..])}_".Contains($"_{Plain(id)}_", StringComparison.Ordinal);

    private static string Plain(string name) => name.Replace('-', '_').Replace('.', '_');
}
