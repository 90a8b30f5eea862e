using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>Why a backup is due for verification. The names are written to JSON.</summary>
internal enum DueReason
{
    /// <summary>It is not due.</summary>
    Fresh,

    /// <summary>It was never verified.</summary>
    Never,

    /// <summary>The last verification found damage.</summary>
    Damaged,

    /// <summary>It was overwritten since the last verification.</summary>
    Changed,

    /// <summary>The last verification is too old.</summary>
    Old,

    /// <summary>It is not due, but the operator requested it.</summary>
    Asked,
}

/// <summary>Decides which backups are due and in which order they are verified.</summary>
/// <param name="maxAge">The maximum age of a verification.</param>
internal sealed class DueRule(TimeSpan maxAge, DateTimeOffset now)
{
    // Tolerates programs that write local time as UTC. Later times are treated as invalid.
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromDays(1);

    /// <param name="etag">The ETag of the blob; null if unknown. In that case the blob is assumed to be unchanged.</param>
    public DueReason Evaluate(Operation backup, string? etag) => backup switch
    {
        { IsDamaged: true } => DueReason.Damaged,
        { VerifiedAt: null } => DueReason.Never,
        { VerifiedAt: { } at } when at > now + MaxClockSkew => DueReason.Never,
        _ when etag is not null && etag != backup.VerifiedETag => DueReason.Changed,
        { VerifiedAt: { } at } when now - at > maxAge => DueReason.Old,
        _ => DueReason.Fresh,
    };

    /// <summary>The sort key: first the backups that were never verified, newest first; then the others, the oldest verification first.</summary>
    public (int Group, long Within) Rank(Operation backup)
    {
        var last = backup.DamagedAt > backup.VerifiedAt || backup.VerifiedAt is null ? backup.DamagedAt : backup.VerifiedAt;
        return last is { } at && at <= now + MaxClockSkew ? (1, at.UtcTicks) : (0, -(backup.MadeAt(now)?.UtcTicks ?? 0));
    }
}
