using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.PruneBackups;

namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>What must hold of occurrences, locks, run records and the audit log after the program did something.</summary>
internal sealed class Bookkeeping
{
    // A lease lasts half a minute; who died may have asked for it a moment before its end.
    private static readonly TimeSpan LockOutlivesItsHolder = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, DateTimeOffset> deaths = [];
    private Snapshot last;

    public Bookkeeping(Snapshot start) => last = start;

    public IReadOnlyList<string> Check(Reference before, Snapshot after, ProgramRun run, int sent)
    {
        List<string> broken = [];
        var carriedOut = after.Runs
            .Where(record => record is { Occurrence: not null, Outcome: "Completed" or "Partial" })
            .CountBy(record => (record.Job, record.Occurrence));
        foreach (var ((job, occurrence), count) in carriedOut)
        {
            Hold(count == 1, $"the occurrence of {occurrence:u} of {job} was done {count} times");
        }

        foreach (var (job, settled) in last.Settled)
        {
            var now = after.Settled[job];
            Hold(now >= settled || settled is null, $"{job} was settled up to {settled:u}, and is up to {now:u} only");
            Hold(
                settled is null || now == settled
                || after.Runs.Exists(record => record.Job == job && record.Occurrence == now && record.Outcome is not ("Running" or "Lost")),
                $"the occurrence of {now:u} of {job} was settled, and nothing came of it");
        }

        var isRefused = run.Report.Reason == SkipReason.LockHeld;
        Hold(
            !isRefused || (deaths.TryGetValue(run.Task, out var died) && run.Now - died < LockOutlivesItsHolder),
            $"the lock of {run.Task} was held, although no run was in progress");
        if (run.Died)
        {
            deaths[run.Task] = run.Now;
        }
        else
        {
            Hold(
                run.Report.Outcome != Outcome.Failed || run.Report.Error!.StartsWith("Given up", StringComparison.Ordinal),
                $"{run.Job.Name} failed undisturbed: {run.Report.Error}");
            Hold(
                isRefused || run.IsDry || run.Report.Reason == SkipReason.NotDue || !after.Locked.Contains(run.Task),
                $"the lock of {run.Task} was not released");
            Hold(
                !run.Worked || !after.Runs.Any(record => record.Task == run.Task && record.Outcome == "Running"),
                $"a run of {run.Task} is still said to be running");
            Hold(
                !run.IsTick || isRefused || after.Settled[run.Job.Name] >= run.Job.Schedule.Latest(run.ProgramNow),
                $"the tick of {run.Job.Name} at {run.ProgramNow:u} left its occurrence open: {run.Report.Outcome} {run.Report.Reason} {run.Report.Error}");
        }

        var changes = Changes(before, after, run).ToList();
        foreach (var (action, target) in changes)
        {
            Hold(Lines(after, action, target, "planned") > Lines(last, action, target, "planned"), $"no line of the audit log announces: {action} {target}");
            Hold(
                run.Died
                || after.Audit.Count(line => line.Action == action && line.Target == target && line.Result != "planned")
                > last.Audit.Count(line => line.Action == action && line.Target == target && line.Result != "planned"),
                $"no line of the audit log tells the end of: {action} {target}");
        }

        Hold(
            run.Died || after.Audit.Count(line => line.Action == "notify") - last.Audit.Count(line => line.Action == "notify") == sent,
            $"{sent} alerts were sent, and the audit log has another number of new ones");
        if (run.IsDry && !run.Died)
        {
            Hold(after.Runs.Count == last.Runs.Count && after.Audit.Count == last.Audit.Count && changes.Count == 0 && sent == 0, "a dry run left a trace");
        }

        last = after;
        return broken;

        void Hold(bool holds, string otherwise)
        {
            if (!holds)
            {
                broken.Add(otherwise);
            }
        }
    }

    /// <summary>What was changed, as the audit log names it.</summary>
    private static IEnumerable<(string Action, string Target)> Changes(Reference before, Snapshot after, ProgramRun run)
    {
        var gone = before.Blobs.Keys.Except(after.Blobs.Keys).ToHashSet();
        var isPruning = run.Is(PruneBackupsDescription.Name);
        foreach (var unit in isPruning ? [] : gone.Select(Reference.UnitOf).Distinct())
        {
            yield return ("delete", unit ?? "");
        }

        var pruned = before.Operations
            .Where(row => isPruning && row.Value is { Kind: "backup", Status: "completed", BlobName: { } name } && gone.Contains(name));
        foreach (var (key, _) in pruned)
        {
            yield return ("prune", key);
        }

        foreach (var (key, now) in after.Operations)
        {
            if (!before.Operations.TryGetValue(key, out var was))
            {
                yield return ("register", key);
            }
            else if (was.Status != "pruned" && (was.IsDamaged != now.IsDamaged || was.VerifiedETag != now.VerifiedETag))
            {
                yield return (now.IsDamaged ? "mark_damaged" : "mark_verified", key);
            }
            else if (was.Status != now.Status)
            {
                var action = now.Status switch
                {
                    "pruned" => isPruning ? "prune" : "mark_missing",
                    "failed" => "mark_failed",
                    "file_missing" => "mark_missing",
                    _ => "heal",
                };
                yield return (action, key);
            }
            else if (was.IsPruneBegun && !now.IsPruneBegun)
            {
                yield return ("cancel_prune", key);
            }
        }
    }

    private static int Lines(Snapshot snapshot, string action, string target, string result) => snapshot.Audit.Count(line => line == (action, target, result));
}
