using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>Why a backup is verified now. The names are written to JSON.</summary>
internal enum DueReason
{
    /// <summary>It is not.</summary>
    Fresh,

    /// <summary>It never was before.</summary>
    Never,

    /// <summary>It was damaged the last time.</summary>
    Damaged,

    /// <summary>It was overwritten since.</summary>
    Changed,

    /// <summary>The last time is too long ago.</summary>
    Old,

    /// <summary>It is not due, but the operator asked for it.</summary>
    Asked,
}

/// <summary>Which backups are due and in which order.</summary>
/// <param name="maxAge">How long ago a backup may have been verified.</param>
internal sealed class DueRule(TimeSpan maxAge, DateTimeOffset now)
{
    // Some programs write local time as UTC. A check further ahead was not made.
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromDays(1);

    /// <param name="etag">The blob's; null if it is not known, which proves no change.</param>
    public DueReason Evaluate(Operation backup, string? etag) => backup switch
    {
        { IsDamaged: true } => DueReason.Damaged,
        { VerifiedAt: null } => DueReason.Never,
        { VerifiedAt: { } at } when at > now + MaxClockSkew => DueReason.Never,
        _ when etag is not null && etag != backup.VerifiedETag => DueReason.Changed,
        { VerifiedAt: { } at } when now - at > maxAge => DueReason.Old,
        _ => DueReason.Fresh,
    };

    /// <summary>The never verified ones first and of these the newest, then those that were looked at the longest ago. Smaller comes first.</summary>
    public (int Group, long Within) Rank(Operation backup)
    {
        var last = backup.DamagedAt > backup.VerifiedAt || backup.VerifiedAt is null ? backup.DamagedAt : backup.VerifiedAt;
        return last is { } at && at <= now + MaxClockSkew ? (1, at.UtcTicks) : (0, -(backup.MadeAt(now)?.UtcTicks ?? 0));
    }
}
