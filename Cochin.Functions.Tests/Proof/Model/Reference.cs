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

    public bool IsInUse(string unit) => Operations.Values.Any(operation => operation.IsLive && (Claims(operation.WorkPath, unit) || HasId(unit, operation.Id)));

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
        var rows = Operations.Values
            .Where(operation => operation.BlobName == blob && (operation.IsLive || operation is { Kind: "backup", Status: "completed" or "file_missing" }))
            .ToList();
        return Blobs.TryGetValue(blob, out var found) && !found.IsLeased && isOld(found.WrittenAt)
            && rows.Count > 0 && rows.TrueForAll(row => row.Status == "completed" && !IsKept(row, now));
    }

    private bool IsKept(ModelOperation row, DateTimeOffset now)
    {
        var all = Operations.Values
            .Where(other => other is { Kind: "backup", Status: "completed", BlobName: not null }
                && other.Configuration == row.Configuration && Blobs.ContainsKey(other.BlobName))
            .OrderByDescending(other => other.MadeAt).ThenBy(other => other.Id, StringComparer.Ordinal)
            .ToList();
        var rivals = all.Where(other => !other.IsProtected && (row.IsDamaged || !other.IsDamaged)).ToList();
        var days = rivals.Select(Day).Distinct().Take(2).ToList();
        return row.IsProtected
            || Operations.Values.Any(restore => restore is { Kind: "restore", IsLive: true } && restore.BackupId == row.Id)
            || rivals[0] == row
            || (days.Contains(Day(row)) && rivals.First(other => Day(other) == Day(row)) == row)
            || all.Find(other => !other.IsDamaged) == row
            || all.Find(other => !other.IsDamaged && other.VerifiedAt <= now.AddDays(1) && other.VerifiedETag == Blobs[other.BlobName!].ETag.Trim('"')) == row;
    }

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
