using Cochin.Functions.Auditing;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>Holds what was changed against the audit log: each change has its line from before it.</summary>
internal static class AuditCheck
{
    private static readonly string[] Changes = ["mark_failed", "mark_missing", "heal", "register", "mark_verified", "mark_damaged", "prune", "cancel_prune"];

    /// <param name="before">The store before the first run.</param>
    /// <param name="byOthers">The operations that the application changed itself, as <c>kind/id</c>.</param>
    /// <returns>What the log does not explain, in words.</returns>
    public static async Task<IReadOnlyList<string>> ComplaintsAsync(ProofStore store, StoreState before, StoreState now, Func<string, bool> byOthers)
    {
        var verification = new AuditVerification(TaskCatalog.AnnouncedActions);
        var planned = new HashSet<(string Action, string Target)>();
        var pruned = new HashSet<string?>();
        var reader = new AuditReader(store.Storage, TimeProvider.System);
        await foreach (var line in reader.ReadAsync(TimeProvider.System.GetUtcNow().AddHours(-6), follow: false, CancellationToken.None))
        {
            verification.Add(line);
            if (line.Result == AuditLine.Planned)
            {
                planned.Add((line.Action, line.Target));
                pruned.Add(line.Action == "prune" ? line.Before : null);
            }
        }

        var deleted = before.Blobs.Except(now.Blobs)
            .Where(blob => !planned.Contains(("delete", Unit(blob))) && !pruned.Contains(blob))
            .Select(blob => $"{blob} was deleted without a plan in the audit log");
        var changed = now.Operations
            .Where(target => now.Operation(target) != before.Operation(target) && !byOthers(target)
                && !Changes.Any(change => planned.Contains((change, target))))
            .Select(target => $"{target} was changed without a plan in the audit log");
        return
        [
            .. deleted,
            .. changed,
            .. verification.Unreadable.Select(line => $"the audit log has a line that is none: {line}"),
            .. verification.Unplanned.Select(line => $"the audit log has the result of what it did not plan: {line.Action} {line.Target} {line.Result}"),
        ];
    }

    /// <summary>An area's first level: <c>temp/folder</c> of <c>temp/folder/a</c>.</summary>
    private static string Unit(string blob) => string.Join('/', blob.Split('/').Take(2));
}
