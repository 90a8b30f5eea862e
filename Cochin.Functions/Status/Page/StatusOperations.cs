using System.Text.Json.Serialization;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Status.Page;

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
