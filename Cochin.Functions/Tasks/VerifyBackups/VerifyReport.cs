using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>The counts and messages of a run. Thread-safe, because several backups are read at once.</summary>
internal sealed class VerifyReport(VerifyState state, VerifyBackupsOptions options, Action<TaskItem>? items, DateTimeOffset now)
{
    private const int MaxListed = 100;

    private readonly Lock counting = new();
    private readonly List<string> warnings = [];
    private readonly List<string> locked = [];
    private long examined;
    private long due;
    private long notDue;
    private long unreadable;

    /// <summary>The name of a backup in warnings and in the audit log.</summary>
    public static string Target(string id) => $"{OperationKind.Backup}/{id}";

    /// <param name="remaining">The due backups without those that earlier runs of the same work have handled.</param>
    public void Plan(VerifyPlan plan, IReadOnlyCollection<PlannedBackup> remaining)
    {
        (examined, due, unreadable) = (plan.Examined, remaining.Count, plan.Archived);
        var problems = plan.Problems.Where(problem => !state.Tried.Contains(problem.Backup.Id)).ToList();
        notDue = Math.Max(0, examined - state.Handled - due - problems.Count);
        foreach (var (backup, problem) in problems)
        {
            Failed(backup, problem);
        }

        foreach (var backup in plan.NotDue)
        {
            Item(backup, "keep", backup.IsArchived ? "unreadable" : "fresh");
        }
    }

    public void Warn(string warning)
    {
        lock (counting)
        {
            warnings.Add(warning);
        }
    }

    public void Planned(PlannedBackup backup) => Item(backup, "verify", backup.Reason.ToString().ToLowerInvariant());

    public void Verified(PlannedBackup backup, Soundness soundness, bool wasDamaged, bool isOpened)
    {
        lock (counting)
        {
            state.Verified++;
            state.Repaired += wasDamaged ? 1 : 0;
            state.Opened += isOpened ? 1 : 0;
            Note(backup, soundness);
            Item(backup, "verify", wasDamaged ? "repaired" : soundness.Level.ToString().ToLowerInvariant());
        }
    }

    public void Damaged(PlannedBackup backup, string blobName, Soundness soundness, bool isOpened)
    {
        lock (counting)
        {
            state.Damaged++;
            state.Opened += isOpened ? 1 : 0;
            Note(backup, soundness);
            Problem(backup, $"{Target(backup.Id)} ({blobName}) {soundness.Why}");
            Item(backup, "mark", "damaged");
        }
    }

    /// <summary>None of its frames can be decrypted with the key.</summary>
    public void Locked(PlannedBackup backup, string? keyOwner)
    {
        lock (counting)
        {
            state.Failed++;
            state.Locked++;
            state.Tried.Add(backup.Id);
            if (locked.Count < MaxListed)
            {
                locked.Add(
                    $"{Target(backup.Id)} can't be decrypted with this key, although others can. "
                    + $"Check its KeyOwner ({keyOwner}) and create a new backup.");
            }

            Item(backup, "keep", "failed");
        }
    }

    public void Changed(PlannedBackup backup)
    {
        lock (counting)
        {
            state.Changed++;
            state.Tried.Add(backup.Id);
            Item(backup, "keep", "changed");
        }
    }

    /// <summary>The time of the run was over while it was read, together with others or after them.</summary>
    public void Interrupted(PlannedBackup backup)
    {
        lock (counting)
        {
            state.Interrupted.Add(backup.Id);
        }
    }

    public void Failed(PlannedBackup backup, string why)
    {
        lock (counting)
        {
            state.Failed++;
            Problem(backup, $"{Target(backup.Id)} could not be verified: {why}");
            Item(backup, "keep", "failed");
        }
    }

    /// <summary>Its blob can't be read, and retrying would not help.</summary>
    public void Unreadable(PlannedBackup backup)
    {
        if (options.BackupId is not null)
        {
            Failed(backup, "its blob can't be read: it is in the archive tier or encrypted with a customer-provided key; move it to another tier first.");
            return;
        }

        lock (counting)
        {
            notDue++;
            unreadable++;
            state.Tried.Add(backup.Id);
            Item(backup, "keep", "unreadable");
        }
    }

    public void Read(int bytes)
    {
        lock (counting)
        {
            state.Read += bytes;
        }
    }

    /// <summary>The result so far.</summary>
    public TaskResult ToResult()
    {
        lock (counting)
        {
            return new TaskResult
            {
                Outcome = state.Damaged + state.Failed > 0 ? Outcome.Partial : Outcome.Completed,
                Error = Error(),
                Counts =
                [
                    new("examined", examined), new("verified", options.DryRun ? due : state.Verified), new("damaged", state.Damaged),
                    new("repaired", state.Repaired), new("changed", state.Changed), new("notDue", notDue), new("failed", state.Failed),
                ],
                Bytes = [new("read", state.Read)],
                Warnings = [.. warnings, .. KeyWarnings(), .. UnreadableWarnings()],
            };
        }
    }

    // The most important problem comes first.
    private string? Error()
    {
        var sentences = new List<string>();
        if (state.Damaged > 0)
        {
            var are = state.Damaged == 1 ? "is" : "are";
            sentences.Add(
                $"{state.Damaged} of {examined} backups {are} damaged. Create a new backup now and verify the others with: ./cochin verify_backups --all.");
        }

        if (IsKeyWrong)
        {
            sentences.Add(WrongKey);
        }

        if (state.Failed > (IsKeyWrong ? state.Locked : 0))
        {
            sentences.Add($"{state.Failed} of {examined} backups could not be verified; the next run retries them.");
        }

        return sentences.Count == 0 ? null : string.Join(' ', state.Problems.Count == 0 ? sentences : [.. sentences, Problems.List(state.Problems)]);
    }

    // If the key works for no backup at all, the key is wrong; otherwise the other backups are.
    private bool IsKeyWrong => state is { Locked: > 0, Opened: 0 };

    private string WrongKey =>
        $"None of {state.Locked} encrypted backups can be decrypted with Cochin__Backups__DjangoSecretKey, "
        + "so it is probably not the SECRET_KEY of the application. "
        + "No backup was marked as damaged because of this. Set the correct key, then run: ./cochin verify_backups";

    private List<string> KeyWarnings() => IsKeyWrong ? [WrongKey] : locked;

    private IEnumerable<string> UnreadableWarnings() => unreadable == 0 ? [] :
    [
        $"{unreadable} of {examined} backups can't be read (archive tier or customer-provided key), so they are not verified. "
        + "Move them to another tier to verify them.",
    ];

    private void Note(PlannedBackup backup, Soundness soundness) => warnings.AddRange(soundness.Notes.Select(note => $"{Target(backup.Id)}: {note}."));

    private void Problem(PlannedBackup backup, string problem)
    {
        state.Tried.Add(backup.Id);
        warnings.Add(problem);
        if (state.Problems.Count < MaxListed)
        {
            state.Problems.Add(problem);
        }
    }

    private void Item(PlannedBackup backup, string decision, string reason)
    {
        if (items is not null)
        {
            var name = backup.BlobName ?? backup.Id;
            var area = name.IndexOf('/', StringComparison.Ordinal);
            double? age = backup.MadeAt is { } made ? Math.Round((now - made).TotalHours, 2) : null;
            items(new TaskItem(name[(area + 1)..], name[..Math.Max(area, 0)], age, backup.Bytes, 1, decision, reason));
        }
    }
}
