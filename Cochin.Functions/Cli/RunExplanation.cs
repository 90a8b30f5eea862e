using System.Globalization;
using Cochin.Functions.Auditing;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>Everything known about one run: its record, the other attempts at its occurrence, the job's state, and the audit log.</summary>
internal sealed record RunExplanation(
    RunReport Run,
    IReadOnlyList<RunReport> Attempts,
    IReadOnlyList<AuditLine> Lines,
    JobDefinition? Job,
    JobState? State,
    DateTimeOffset Now)
{
    // Limits how much of the audit log is searched.
    private static readonly TimeSpan MaxRunLength = TimeSpan.FromDays(2);

    /// <exception cref="CliException">The run doesn't exist.</exception>
    public static async Task<RunExplanation> ReadAsync(Session session, string runId, CancellationToken cancellationToken)
    {
        var jobs = session.Jobs();
        var history = await session.GetAsync<RunHistory>(cancellationToken).ConfigureAwait(false);
        var partitions = jobs.Select(job => job.Name).Union(jobs.Select(job => job.Task));
        var found = await Task.WhenAll(partitions.Select(partition => history.FindAsync(partition, runId, cancellationToken))).ConfigureAwait(false);
        var run = Array.Find(found, record => record is not null)
            ?? await history.FindAnywhereAsync(runId, cancellationToken).ConfigureAwait(false) // A job that is no longer defined.
            ?? throw new CliException(
            "unknown_run",
            RunKeys.StartOf(runId) is null ? $"'{runId}' is not the id of a run." : $"There is no run '{runId}'.",
            "./cochin history lists the runs; the id is in the last column.",
            RunKeys.StartOf(runId) is null ? ExitCodes.Usage : ExitCodes.Failed);

        var attempts = run.Occurrence is { } due ? await history.ListForOccurrenceAsync(run.Job, due, cancellationToken).ConfigureAwait(false) : [];
        var job = run.IsTyped ? null : jobs.FirstOrDefault(job => job.Name == run.Job);
        var states = await session.GetAsync<JobStates>(cancellationToken).ConfigureAwait(false);
        var state = job is null ? null : await states.GetAsync(job.Name, cancellationToken).ConfigureAwait(false);
        var time = await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false);
        var lines = await LinesAsync(session, run, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        return new RunExplanation(run, attempts, lines, job, state, time.GetUtcNow());
    }

    /// <summary>Returns the explanation as sentences, in the order of events.</summary>
    public IReadOnlyList<string> Describe(TimeZoneInfo zone) => [.. Sentences(zone)];

    private static async Task<IReadOnlyList<AuditLine>> LinesAsync(Session session, RunReport run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reader = await session.GetAsync<AuditReader>(cancellationToken).ConfigureAwait(false);
        var end = run.StartedAt + MaxRunLength;
        return await reader.ReadAsync(run.StartedAt.AddMinutes(-1), follow: false, cancellationToken)
            .TakeWhile(line => line.Action == AuditLine.Unreadable || line.Time < end)
            .Where(line => line.Run == run.RunId)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    private IEnumerable<string> Sentences(TimeZoneInfo zone)
    {
        var start = $"at {At(Run.StartedAt, zone)}";
        var host = $"on {Run.Host ?? "an unknown host"}";
        yield return Run.Trigger == RunTrigger.Scheduled && Run.Occurrence is { } due
            ? $"{Run.Job} was due at {At(due, zone)}; this run started {start}{Late(Run.StartedAt - due)}, {host}."
            : Run.IsTyped
                ? $"The task {Run.Job} was started by hand, with its own options, {start}, {host}. It is not a run of a job."
                : $"{Run.Job} was started by hand {start}, {host}.";

        if (Attempts.Where(attempt => attempt.Reason != SkipReason.LockHeld).ToList() is { Count: > 1 } tries)
        {
            var outcomes = tries.Select(attempt => $"{attempt.RunId} {Words.Outcome(attempt.Outcome, attempt.Reason)}");
            var number = tries.FindIndex(attempt => attempt.RunId == Run.RunId) + 1;
            yield return $"This was attempt {number} of {tries.Count} for that due time: {string.Join(", ", outcomes)}.";
        }

        foreach (var action in Lines.Where(line => line.Result != AuditLine.Planned && line.Action != "run").GroupBy(line => (line.Action, line.Result)))
        {
            var targets = string.Join(", ", action.Take(3).Select(line => line.Target)) + (action.Count() > 3 ? ", …" : "");
            yield return $"Audit: {action.Key.Action} → {action.Key.Result}, {Times(action.Count())} ({targets}).";
        }

        var verification = new AuditVerification(TaskCatalog.AnnouncedActions);
        foreach (var line in Lines)
        {
            verification.Add(line);
        }

        if (verification.Open.Count > 0)
        {
            var plans = string.Join(", ", verification.Open.Take(3).Select(plan => $"{plan.Action} {plan.Target}"));
            var more = verification.Open.Count > 3 ? $" and {Units.English.Number(verification.Open.Count - 3)} more" : "";
            yield return $"Planned, but not recorded as done: {plans}{more}. The next run checks whether it was done.";
        }

        yield return Ending(zone);
        if (Run.Counts.Where(count => count.Value != 0).ToList() is { Count: > 0 } counts)
        {
            var sizes = Run.Bytes.Where(bytes => bytes.Value != 0).Select(bytes => $"{bytes.Key} {Units.English.Size(bytes.Value)}");
            yield return $"Counted: {string.Join(", ", counts.Select(count => $"{count.Key} {Units.English.Number(count.Value)}").Concat(sizes))}.";
        }

        if (Next(zone) is { } next)
        {
            yield return next;
        }

        yield return "If telemetry is on, find its log in Application Insights with: "
            + $"traces | where customDimensions[\"{TelemetryNames.RunId}\"] == \"{Run.RunId}\"";
    }

    private string Ending(TimeZoneInfo zone)
    {
        var ended = Run.FinishedAt is { } end ? $" at {At(end, zone)}" : "";
        var took = Run.Duration is { } duration ? $" after {Units.English.Took(duration)}" : "";
        var why = Run.Error is { Length: > 0 } error ? $": {error}" : ".";
        return Run.Outcome switch
        {
            Outcome.Running => $"It has not ended. Either it has been running for {Units.English.Took(Now - Run.StartedAt)}, or its process died; "
                + $"then the next run of {Run.Task} records it as Lost.",
            Outcome.Lost => $"Its process died; this was detected{ended}. What it did remains; the next run does the rest.",
            Outcome.Skipped => $"It was skipped ({Run.Reason}){why}",
            _ => $"It ended{ended}{took} as {Run.Outcome}{why}",
        };
    }

    private string? Next(TimeZoneInfo zone)
    {
        if (Job is null || State is null)
        {
            return null;
        }

        if (Run.Occurrence is { } due && State.SettledOccurrence < due && !(due < Job.Schedule.Latest(Now)))
        {
            return $"The occurrence is still open: the next tick {(Run.IsUnfinished || Run.IsInterrupted ? "continues" : "tries again")}.";
        }

        var later = State.LastRunId is { } last && last != Run.RunId ? $"The job's newest run is {last}. " : "";
        return State.IsSwitchUnreadable ? $"{later}The job does not run, because {State.DisabledReason}: ./cochin doctor"
            : !State.IsEnabled(Job, Now) ? $"{later}The job is off; to switch it on: ./cochin add {Job.Name}"
            : Job.Schedule.Next(Now) is { } next ? $"{later}It is next due at {At(next, zone)}."
            : null;
    }

    private static string At(DateTimeOffset time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Times(int count) => count == 1 ? "once" : $"{Units.English.Number(count)} times";

    private static string Late(TimeSpan late) => late < TimeSpan.FromMinutes(1) ? "" : $" ({Units.English.Took(late)} later)";
}
