using Cochin.Functions.Backups;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.StatusPage;

/// <summary>Adds up the operations. Keeps only as many of them as are shown.</summary>
internal sealed class OperationsTally(DateTimeOffset now, TimeSpan inactivityLimit, WatchSettings watch, WorkPathReader paths)
{
    // The operations that have been running longest; the most recent one is dequeued first.
    private readonly PriorityQueue<Operation, long> running = new();
    private readonly BackupTally backups = new(watch.Ages, now);
    private int runningCount;

    /// <inheritdoc cref="BackupTally.Expect"/>
    public void Expect(BackupConfigurations configurations) => backups.Expect(configurations);

    public void Add(Operation operation)
    {
        backups.Add(operation);
        if (!operation.HasEnded)
        {
            runningCount++;
            running.Enqueue(operation, -(operation.StartedAt ?? operation.CreatedAt ?? default).UtcTicks);
            if (running.Count > OperationsSource.MaxShown)
            {
                running.Dequeue();
            }
        }
    }

    /// <summary>The status if all operations were added.</summary>
    /// <param name="estimate">What goes next, by configuration; null if nothing does.</param>
    public StatusOperations ToStatus(IReadOnlyDictionary<string, NextToPrune>? estimate = null)
    {
        var standings = backups.Summarize();
        var ordered = standings
            .OrderByDescending(standing => standing.IsOverdue || standing.Damaged > 0)
            .ThenBy(standing => standing.Newest ?? DateTimeOffset.MinValue)
            .ThenBy(standing => standing.Configuration, StringComparer.Ordinal);
        return new(
            Running(),
            runningCount,
            [.. ordered.Take(OperationsSource.MaxShown).Select(standing => ToStatus(standing, estimate?.GetValueOrDefault(standing.Configuration)))],
            standings.Count,
            Note: null);
    }

    /// <summary>The status if not all operations could be read. It has no backups, as the newest may be missing.</summary>
    public StatusOperations ToIncompleteStatus(string note) => new(Running(), runningCount, [], 0, note, BackupsRead: false);

    private IReadOnlyList<StatusOperation> Running() =>
        [.. running.UnorderedItems.Select(item => item.Element).OrderBy(operation => operation.StartedAt ?? operation.CreatedAt ?? default).Select(ToStatus)];

    private StatusOperation ToStatus(Operation operation)
    {
        var activity = LastActivity.Of(operation, now);
        var problems = string.Join(", and ", OperationProblems.Of(operation, paths, now));
        return ToStatus(operation, activity, problems.Length > 0 ? PageText.Clean(problems) : null);
    }

    private StatusOperation ToStatus(Operation operation, LastActivity activity, string? problem) => new(
        operation.Kind,
        PageText.Clean(operation.Id, PageText.NameLimit),
        operation.Name is { } name ? PageText.Clean(name, PageText.NameLimit) : null,
        PageText.Clean(operation.Status ?? "", PageText.NameLimit),
        operation.StartedAt?.UtcDateTime,
        activity.At?.UtcDateTime,
        operation.IsLive && activity.IsInactive(now, inactivityLimit),
        problem);

    private StatusBackup ToStatus(BackupSummary standing, NextToPrune? next) => new(
        PageText.Clean(standing.Configuration, PageText.NameLimit),
        standing.Count,
        standing.Newest?.UtcDateTime,
        standing.Newest is { } newest ? Math.Max(0, (now - newest).TotalSeconds) : null,
        standing.Bytes,
        standing.IsOverdue,
        standing.Empty + standing.Unread)
    {
        Oldest = standing.Oldest?.UtcDateTime,
        Verified = standing.Verified,
        OldestCheck = standing.OldestCheck?.UtcDateTime,
        OldestCheckAgeSeconds = standing.OldestCheck is { } check ? Math.Max(0, (now - check).TotalSeconds) : null,
        Damaged = standing.Damaged,
        Damage = standing.DamagedBackups is [var latest, ..] ? PageText.Clean($"{latest.Name ?? latest.Id} {latest.Damage}") : null,
        NextToGo = next is null ? null : PageText.Clean(next.BlobName),
        NextToGoAt = next?.At.UtcDateTime,
    };
}
