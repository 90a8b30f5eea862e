using System.Text.Json.Serialization;
using Cochin.Functions.Storage;

namespace Cochin.Functions.StatusPage;

/// <summary>The contents of the operations table: running operations and completed backups.</summary>
/// <param name="Running">The oldest first; at most <see cref="OperationsSource.MaxShown"/>.</param>
/// <param name="RunningCount">The number of all running operations.</param>
/// <param name="Backups">
/// One per configuration, at most <see cref="OperationsSource.MaxShown"/>: those with problems first, then by the age of the newest backup.
/// </param>
/// <param name="BackupsCount">The number of all configurations.</param>
/// <param name="Note">Why data is missing; null if it is complete.</param>
/// <param name="BackupsRead">Whether all operations were read. If not, <paramref name="Backups"/> is empty.</param>
internal sealed record StatusOperations(
    IReadOnlyList<StatusOperation> Running,
    int RunningCount,
    IReadOnlyList<StatusBackup> Backups,
    int BackupsCount,
    string? Note,
    bool BackupsRead = true)
{
    /// <summary>Set if the backup container does not exist; reported as a problem.</summary>
    [JsonIgnore]
    public MissingContainer? Missing { get; init; }
}

/// <summary>A running backup or restore.</summary>
/// <param name="Kind"><c>backup</c> or <c>restore</c>.</param>
/// <param name="LastSignOfLife">Its last activity.</param>
/// <param name="Silent">Whether it has been inactive for so long that it is considered stuck.</param>
/// <param name="Problem">The invalid values of its row; null if there are none.</param>
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
/// <param name="Count">The number of usable backups, without those that are empty or damaged.</param>
/// <param name="Newest">Null if there is none.</param>
/// <param name="Bytes">The total of the recorded sizes.</param>
/// <param name="Overdue">Whether the newest is older than <c>Cochin__Backups__ExpectedHours</c>, or one is expected and there is none.</param>
/// <param name="Empty">The number of backups without content, by their size, or with an unreadable size.</param>
internal sealed record StatusBackup(
    string Configuration, int Count, DateTime? Newest, double? NewestAgeSeconds, long Bytes, bool Overdue = false, int Empty = 0)
{
    /// <summary>The oldest usable backup; null if there is none.</summary>
    public DateTime? Oldest { get; init; }

    /// <summary>The number of usable backups that were verified.</summary>
    public int Verified { get; init; }

    /// <summary>The oldest verification of these backups; null if none was verified.</summary>
    public DateTime? OldestCheck { get; init; }

    public double? OldestCheckAgeSeconds { get; init; }

    /// <summary>The number of backups that verification found damaged.</summary>
    public int Damaged { get; init; }

    /// <summary>The name and the damage of the damaged backup that was found last, for example "x.zip is cut off"; null if none is damaged.</summary>
    public string? Damage { get; init; }

    /// <summary>The blob that is pruned next, by an estimate (<see cref="PruneEstimate"/>); null if none is.</summary>
    public string? NextToGo { get; init; }

    /// <summary>When that is due.</summary>
    public DateTime? NextToGoAt { get; init; }
}
