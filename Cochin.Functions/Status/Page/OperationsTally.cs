using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Watching;

namespace Cochin.Functions.Status.Page;

/// <summary>Adds up operations, and keeps no more of them than are shown.</summary>
internal sealed class OperationsTally(DateTimeOffset now, TimeSpan silence, WatchSettings watch, string container)
{
    // A restore or backup that is shown is of interest by how long it has been at it.
    private readonly PriorityQueue<Operation, long> running = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset Newest, long Bytes)> backups = [];
    private int runningCount;

    public void Add(Operation operation)
    {
        if (!operation.HasEnded)
        {
            runningCount++;
            running.Enqueue(operation, -(operation.StartedAt ?? operation.CreatedAt ?? default).UtcTicks);
            if (running.Count > OperationsSource.Shown)
            {
                running.Dequeue();
            }
        }
        else if (operation is { Kind: OperationKind.Backup, Status: OperationStatus.Completed } && operation.MadeAt(now) is { } at)
        {
            var configuration = operation.Configuration ?? "";
            var (count, newest, bytes) = backups.GetValueOrDefault(configuration);
            var size = Math.Max(0, operation.SizeBytes ?? 0);
            backups[configuration] = (count + 1, at > newest ? at : newest, long.MaxValue - size < bytes ? long.MaxValue : bytes + size);
        }
    }

    public StatusOperations Sum(string? note) => new(
        [.. running.UnorderedItems.Select(item => item.Element).OrderBy(operation => operation.StartedAt ?? operation.CreatedAt ?? default).Select(ToStatus)],
        runningCount,
        [.. backups.OrderByDescending(backup => IsOverdue(backup.Key, backup.Value.Newest)).ThenBy(backup => backup.Value.Newest).ThenBy(backup => backup.Key, StringComparer.Ordinal).Take(OperationsSource.Shown).Select(ToStatus)],
        backups.Count,
        note);

    private StatusOperation ToStatus(Operation operation)
    {
        var sign = SignOfLife.Of(operation, now);
        var problems = string.Join(", and ", OperationProblems.Of(operation, container, now));
        return ToStatus(operation, sign, problems.Length > 0 ? PageText.Clean(problems) : null);
    }

    private StatusOperation ToStatus(Operation operation, SignOfLife sign, string? problem) => new(
        operation.Kind,
        PageText.Clean(operation.Id, PageText.NameLimit),
        operation.Name is { } name ? PageText.Clean(name, PageText.NameLimit) : null,
        PageText.Clean(operation.Status ?? "", PageText.NameLimit),
        operation.StartedAt?.UtcDateTime,
        sign.At?.UtcDateTime,
        operation.IsLive && sign.IsSilent(now, silence),
        problem);

    private StatusBackup ToStatus(KeyValuePair<string, (int Count, DateTimeOffset Newest, long Bytes)> backup) => new(
        PageText.Clean(backup.Key, PageText.NameLimit),
        backup.Value.Count,
        backup.Value.Newest.UtcDateTime,
        Math.Max(0, (now - backup.Value.Newest).TotalSeconds),
        backup.Value.Bytes,
        IsOverdue(backup.Key, backup.Value.Newest));

    private bool IsOverdue(string configuration, DateTimeOffset newest) =>
        watch.ExpectedOf(configuration) is { Ticks: > 0 } expected && now - newest > expected;
}
