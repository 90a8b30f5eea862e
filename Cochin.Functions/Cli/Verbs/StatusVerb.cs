using Cochin.Functions.Backups;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Cli.Verbs;

internal static class StatusVerb
{
    // Smaller differences are noise.
    private static readonly TimeSpan MinTrend = TimeSpan.FromSeconds(1);

    private const string Summary =
        "Show the health of the jobs: last and next runs, what is off, overdue, damaged or unreadable (the last three: exit 1)";

    public static Verb Create() => new("status", Summary, "status", "status --json")
    {
        Execute = async (session, cancellationToken) =>
        {
            var jobs = session.Jobs();
            var statuses = await JobStatus.ReadAsync(session, jobs, cancellationToken).ConfigureAwait(false);
            var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
            var (all, lost) = await BackupsAsync(session, now, cancellationToken).ConfigureAwait(false);
            var late = all.Where(summary => summary.IsOverdue).ToList();
            var damaged = all.Where(summary => summary.Damaged > 0).ToList();
            var (verified, completed, oldestCheck) = BackupSummary.Verification(all);
            if (session.Terminal.IsJson)
            {
                var backups = late.Select(backup => new OverdueBackup(backup.Configuration, backup.Newest?.UtcDateTime));
                var document = JobStatus.ToDocument(statuses);
                document = lost is not null ? document with { BackupsProblem = lost.Message } : document with
                {
                    OverdueBackups = [.. backups],
                    DamagedBackups = [.. damaged.SelectMany(Damaged)],
                    VerifiedBackups = new VerifiedBackups(verified, completed, oldestCheck?.UtcDateTime),
                };
                session.Write(document, CliJson.Readable.JobsDocument);
                return ExitCode(statuses, late.Concat(damaged), lost);
            }

            var table = new TextTable("job", "last run", "outcome", "took", "last ten", "last success", "next run", "note");
            foreach (var status in statuses)
            {
                var zone = status.Job.Schedule.TimeZone;
                table.Add(
                    status.Job.Name,
                    Units.English.Time(status.Latest?.StartedAt, zone),
                    Words.Outcome(status.Latest?.Outcome, status.Latest?.Reason),
                    FormatDuration(status),
                    string.Concat(status.Recent.Reverse().Select(run => Words.Sign(run.Outcome))),
                    Units.English.Time(status.State.LastSuccessAt, zone),
                    Units.English.Time(status.Health.NextRun, zone),
                    Note(status));
            }

            table.Write(session.Terminal);
            var active = statuses.Count(status => status.Health.IsEnabled);
            session.Terminal.Line(
                $"{active} of {statuses.Count} jobs are active. Times are in {jobs[0].Schedule.TimeZone.Id}. "
                + "Last ten runs, newest on the right: ✓ completed, ~ partial, ✗ failed, † lost, · skipped.");
            RunnersView.Write(session.Terminal, statuses);
            foreach (var failing in statuses.Where(status => status.Health.IsFailing))
            {
                var command = failing.State.LastRunId is { } run ? $"explain {run}" : $"history {failing.Job.Name}";
                session.Terminal.Line($"{failing.Job.Name} is failing: ./cochin {command}");
            }

            foreach (var status in statuses.Where(status => status.Health.Condition == JobCondition.Unreadable))
            {
                session.Terminal.Line($"{status.Job.Name} does not run, because {status.State.DisabledReason}: ./cochin doctor");
            }

            foreach (var overdue in statuses.Where(status => status.Health.IsOverdue))
            {
                session.Terminal.Line($"{overdue.Job.Name} is overdue: ./cochin doctor");
            }

            if (lost is not null)
            {
                session.Terminal.Line($"The state of the backups is unknown. {lost.Message}");
            }

            foreach (var backup in late)
            {
                session.Terminal.Line(ForeignText.OneLine(backup.Newest is { } newest
                    ? $"The newest backup of {backup.Configuration} is from {Units.English.Time(newest, jobs[0].Schedule.TimeZone)}, which is too old: "
                    + "./cochin doctor"
                    : $"There is no backup of {backup.Configuration}, although one is expected: ./cochin doctor"));
            }

            foreach (var summary in damaged)
            {
                var (first, count) = (summary.DamagedBackups[0], $"{summary.Damaged} of {summary.Completed}");
                session.Terminal.Line(ForeignText.OneLine(
                    $"{count} backups of {Named(summary)} are damaged; {first.Name ?? first.Id} {first.Damage}: ./cochin doctor"));
            }

            if (completed > 0)
            {
                var oldest = oldestCheck is { } check ? $", the oldest check {(now - check).TotalDays:0} days ago" : "";
                session.Terminal.Line($"{verified} of {completed} backups are verified{oldest}.");
            }

            return ExitCode(statuses, late.Concat(damaged), lost);
        },
    };

    private static string Named(BackupSummary summary) => summary.Configuration.Length > 0 ? summary.Configuration : "no configuration";

    private static IEnumerable<DamagedBackupDocument> Damaged(BackupSummary summary) => summary.DamagedBackups.Select(
        one => new DamagedBackupDocument(summary.Configuration, one.Id, one.Name, one.Damage, one.Since?.UtcDateTime));

    /// <summary>Returns the state of the backups, or the table whose loss makes it unknown.</summary>
    private static async Task<(IReadOnlyList<BackupSummary> Backups, MissingTable? Lost)> BackupsAsync(
        Session session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var settings = await session.GetAsync<WatchSettings>(cancellationToken).ConfigureAwait(false);
        var storage = await session.GetAsync<CochinStorage>(cancellationToken).ConfigureAwait(false);
        try
        {
            var all = await BackupTally.ReadAsync(storage, settings.Ages, now, cancellationToken).ConfigureAwait(false);
            return ([.. all.OrderBy(summary => summary.Configuration, StringComparer.Ordinal)], null);
        }
        catch (LostTableException e)
        {
            return ([], e.Table);
        }
    }

    private static int ExitCode(IEnumerable<JobStatus> statuses, IEnumerable<BackupSummary> damagedOrOverdue, MissingTable? lost) =>
        lost is not null || damagedOrOverdue.Any() || statuses.Any(status => status.Health is { IsOverdue: true } or { Condition: JobCondition.Unreadable })
            ? ExitCodes.Failed
            : ExitCodes.Done;

    // An arrow marks a run that took much longer or shorter than usual.
    private static string FormatDuration(JobStatus status) => (status.LastDuration, status.UsualDuration) switch
    {
        (null, _) => "—",
        ({ } last, { } usual) when last > 1.5 * usual && last - usual > MinTrend => $"{Units.English.Took(last)} ↑",
        ({ } last, { } usual) when last < usual / 1.5 && usual - last > MinTrend => $"{Units.English.Took(last)} ↓",
        ({ } last, _) => Units.English.Took(last),
    };

    private static string Note(JobStatus status)
    {
        switch (status.Health.Condition)
        {
            case JobCondition.Failing:
                return status.State.ConsecutiveFailures == 1 ? "failed" : $"failed {status.State.ConsecutiveFailures} times";
            case JobCondition.Overdue:
                return "overdue";
            case JobCondition.NotConfigured:
                return $"not configured: set {status.Job.MissingSetting}";
            case JobCondition.Unreadable:
                return "state unreadable";
            case not JobCondition.Off when status.Health.LastCheckBeforeStop is not null:
                return "no runner";
            case JobCondition.New:
                return "not yet run";
            case not JobCondition.Off:
                return "";
        }

        var until = status.State.EnabledAgainAt(status.Job) is { } end ? $" until {Units.English.Time(end, status.Job.Schedule.TimeZone)}" : "";
        var reason = status.State.DisabledReason is { Length: > 0 } why ? $": {why}" : "";
        return $"off{until}{reason}";
    }
}
