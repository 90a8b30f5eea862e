using System.Text.Json.Serialization;
using Cochin.Functions.Storage;

namespace Cochin.Functions.StatusPage;

/// <summary>What the operations table says: what is under way, and the backups there are.</summary>
/// <param name="Running">The oldest first; at most <see cref="OperationsSource.Shown"/>.</param>
/// <param name="RunningCount">How many there are.</param>
/// <param name="Backups">Each configuration, the one with the oldest newest backup first; at most <see cref="OperationsSource.Shown"/>.</param>
/// <param name="BackupsRead">Whether all were read: if not, nothing is known of the backups, and <paramref name="Backups"/> is empty.</param>
/// <param name="Note">Why something is missing here; null where nothing is.</param>
internal sealed record StatusOperations(
    IReadOnlyList<StatusOperation> Running,
    int RunningCount,
    IReadOnlyList<StatusBackup> Backups,
    int BackupsCount,
    string? Note,
    bool BackupsRead = true)
{
    /// <summary>Set if there is no backup container; reported among the problems.</summary>
    [JsonIgnore]
    public MissingContainer? Missing { get; init; }
}

/// <summary>A backup or restore under way.</summary>
/// <param name="Kind"><c>backup</c> or <c>restore</c>.</param>
/// <param name="Silent">Without a sign of life for so long that it is taken for stuck.</param>
/// <param name="Problem">What its row says that can't be relied on; null if there is nothing.</param>
internal sealed record StatusOperation(
    string Kind,
    string Id,
    string? Name,
    string Status,
    DateTime? StartedAt,
    DateTime? LastSignOfLife,
    bool Silent,
    string? Problem = null);

/// <summary>The completed backups of one configuration.</summary>
/// <param name="Count">How many are good: those without content and damaged ones are not.</param>
/// <param name="Newest">Null if there is none.</param>
/// <param name="Bytes">The sizes of all, as far as they are recorded.</param>
/// <param name="Overdue">Whether the newest is older than <c>Cochin__Backups__ExpectedHours</c> allows, or one is expected and there is none.</param>
/// <param name="Empty">How many have no content by their size, or a size that can't be read.</param>
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
