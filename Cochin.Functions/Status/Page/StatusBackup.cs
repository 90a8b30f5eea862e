namespace Cochin.Functions.Status.Page;

/// <summary>The completed backups of one configuration.</summary>
/// <param name="Count">How many are good: those of 0 bytes and damaged ones are not.</param>
/// <param name="Newest">Null if there is none.</param>
/// <param name="Bytes">The sizes of all, as far as they are recorded.</param>
/// <param name="Overdue">Whether the newest is older than <c>Cochin__Backups__ExpectedHours</c> allows, or one is expected and there is none.</param>
/// <param name="Empty">How many have 0 bytes, or a size that can't be read.</param>
internal sealed record StatusBackup(
    string Configuration, int Count, DateTime? Newest, double? NewestAgeSeconds, long Bytes, bool Overdue = false, int Empty = 0)
{
    /// <summary>How many of the good ones were verified.</summary>
    public int Verified { get; init; }

    /// <summary>When the one of them that was verified the longest ago was; null if none was.</summary>
    public DateTime? OldestCheck { get; init; }

    public double? OldestCheckAgeSeconds { get; init; }

    /// <summary>How many a verification has found damaged.</summary>
    public int Damaged { get; init; }

    /// <summary>What is wrong with the one of these that was found last; it follows "the backup".</summary>
    public string? Damage { get; init; }
}
