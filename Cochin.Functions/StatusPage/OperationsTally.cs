using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;

namespace Cochin.Functions.StatusPage;

/// <summary>Adds up operations, and keeps no more of them than are shown.</summary>
internal sealed class OperationsTally(DateTimeOffset now, TimeSpan silence, WatchSettings watch, WorkPathReader paths)
{
    // A restore or backup that is shown is of interest by how long it has been at it.
    private readonly PriorityQueue<Operation, long> running = new();
    private readonly BackupTally backups = new(watch, now);
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
            if (running.Count > OperationsSource.Shown)
            {
                running.Dequeue();
            }
        }
    }

    /// <summary>What all operations come to.</summary>
    public StatusOperations Sum()
    {
        var standings = backups.Judge();
        var stalest = standings
            .OrderByDescending(standing => standing.IsOverdue || standing.Damaged > 0)
            .ThenBy(standing => standing.Newest ?? DateTimeOffset.MinValue)
            .ThenBy(standing => standing.Configuration, StringComparer.Ordinal);
        return new(Running(), runningCount, [.. stalest.Take(OperationsSource.Shown).Select(ToStatus)], standings.Count, Note: null);
    }

    /// <summary>What is known if they were not all read: the newest backup of any configuration may be among the others.</summary>
    public StatusOperations Part(string note) => new(Running(), runningCount, [], 0, note, BackupsRead: false);

    private IReadOnlyList<StatusOperation> Running() =>
        [.. running.UnorderedItems.Select(item => item.Element).OrderBy(operation => operation.StartedAt ?? operation.CreatedAt ?? default).Select(ToStatus)];

    private StatusOperation ToStatus(Operation operation)
    {
        var sign = LastActivity.Of(operation, now);
        var problems = string.Join(", and ", OperationProblems.Of(operation, paths, now));
        return ToStatus(operation, sign, problems.Length > 0 ? PageText.Clean(problems) : null);
    }

    private StatusOperation ToStatus(Operation operation, LastActivity sign, string? problem) => new(
        operation.Kind,
        PageText.Clean(operation.Id, PageText.NameLimit),
        operation.Name is { } name ? PageText.Clean(name, PageText.NameLimit) : null,
        PageText.Clean(operation.Status ?? "", PageText.NameLimit),
        operation.StartedAt?.UtcDateTime,
        sign.At?.UtcDateTime,
        operation.IsLive && sign.IsInactive(now, silence),
        problem);

    private StatusBackup ToStatus(BackupStanding standing) => new(
        PageText.Clean(standing.Configuration, PageText.NameLimit),
        standing.Count,
        standing.Newest?.UtcDateTime,
        standing.Newest is { } newest ? Math.Max(0, (now - newest).TotalSeconds) : null,
        standing.Bytes,
        standing.IsOverdue,
        standing.Empty + standing.Unread)
    {
        Verified = standing.Verified,
        OldestCheck = standing.OldestCheck?.UtcDateTime,
        OldestCheckAgeSeconds = standing.OldestCheck is { } check ? Math.Max(0, (now - check).TotalSeconds) : null,
        Damaged = standing.Damaged,
        Damage = standing.DamagedOnes is [var latest, ..] ? PageText.Clean($"{latest.Name ?? latest.Id} {latest.Damage}") : null,
    };
}
