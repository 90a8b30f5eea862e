using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Storage;
using Cochin.Functions.Watching;

namespace Cochin.Functions.Cli.Verbs;

internal static class StatusVerb
{
    // Smaller differences are noise.
    private static readonly TimeSpan MinTrend = TimeSpan.FromSeconds(1);

    public static Verb Create() => new("status", "Show the health of the jobs: last and next runs, what is off, overdue or unreadable (the last two: exit 1)", "status", "status --json")
    {
        Execute = async (session, cancellationToken) =>
        {
            var jobs = session.Jobs();
            var statuses = await JobStatus.ReadAsync(session, jobs, cancellationToken).ConfigureAwait(false);
            var late = await OverdueBackupsAsync(session, cancellationToken).ConfigureAwait(false);
            if (session.Terminal.IsJson)
            {
                var backups = late.Select(backup => new OverdueBackup(backup.Configuration, backup.Newest?.UtcDateTime));
                session.Write(JobStatus.ToDocument(statuses) with { OverdueBackups = [.. backups] }, CliJson.Readable.JobsDocument);
                return ExitCode(statuses, late);
            }

            var table = new TextTable("job", "last run", "outcome", "took", "last ten", "last success", "next run", "note");
            foreach (var status in statuses)
            {
                var zone = status.Job.Schedule.TimeZone;
                table.Add(
                    status.Job.Name,
                    Words.Time(status.Latest?.StartedAt, zone),
                    Words.Outcome(status.Latest?.Outcome, status.Latest?.Reason),
                    FormatDuration(status),
                    string.Concat(status.Recent.Reverse().Select(run => Words.Sign(run.Outcome))),
                    Words.Time(status.State.LastSuccessAt, zone),
                    Words.Time(status.Next, zone),
                    Note(status));
            }

            table.Write(session.Terminal);
            var active = statuses.Count(status => status.IsEnabled);
            session.Terminal.Line($"{active} of {statuses.Count} jobs are active. Times are in {jobs[0].Schedule.TimeZone.Id}. Last ten runs, newest on the right: ✓ completed, ~ partial, ✗ failed, † lost, · skipped.");
            foreach (var failing in statuses.Where(status => status.State.ConsecutiveFailures > 0))
            {
                session.Terminal.Line($"{failing.Job.Name} is failing: ./cochin {(failing.State.LastRunId is { } run ? $"explain {run}" : $"history {failing.Job.Name}")}");
            }

            foreach (var status in statuses.Where(status => status.State.IsSwitchUnreadable))
            {
                session.Terminal.Line($"{status.Job.Name} does not run, because {status.State.DisabledReason}: ./cochin doctor");
            }

            foreach (var overdue in statuses.Where(status => status.IsOverdue))
            {
                session.Terminal.Line($"{overdue.Job.Name} is overdue: ./cochin doctor");
            }

            foreach (var backup in late)
            {
                session.Terminal.Line(Printable.Line(backup.Newest is { } newest
                    ? $"The newest backup of {backup.Configuration} is from {Words.Time(newest, jobs[0].Schedule.TimeZone)}, which is too old: ./cochin doctor"
                    : $"There is no backup of {backup.Configuration}, though one is expected: ./cochin doctor"));
            }

            return ExitCode(statuses, late);
        },
    };

    private static async Task<IReadOnlyList<BackupStanding>> OverdueBackupsAsync(Session session, CancellationToken cancellationToken)
    {
        var settings = await session.GetAsync<WatchSettings>(cancellationToken).ConfigureAwait(false);
        if (!settings.WatchesBackups)
        {
            return [];
        }

        var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
        var storage = await session.GetAsync<CochinStorage>(cancellationToken).ConfigureAwait(false);
        var all = await BackupTally.ReadAsync(storage, settings, now, cancellationToken).ConfigureAwait(false);
        return [.. all.Where(status => status.IsOverdue).OrderBy(status => status.Configuration, StringComparer.Ordinal)];
    }

    private static int ExitCode(IEnumerable<JobStatus> statuses, IReadOnlyList<BackupStanding> late) =>
        late.Count > 0 || statuses.Any(status => status.IsOverdue || status.State.IsSwitchUnreadable) ? ExitCodes.Failed : ExitCodes.Done;

    // An arrow marks a run that took much longer or shorter than usual.
    private static string FormatDuration(JobStatus status) => (status.LastDuration, status.UsualDuration) switch
    {
        (null, _) => "—",
        ({ } last, { } usual) when last > 1.5 * usual && last - usual > MinTrend => $"{Words.Duration(last)} ↑",
        ({ } last, { } usual) when last < usual / 1.5 && usual - last > MinTrend => $"{Words.Duration(last)} ↓",
        ({ } last, _) => Words.Duration(last),
    };

    private static string Note(JobStatus status)
    {
        if (status.IsEnabled)
        {
            return status.State.ConsecutiveFailures > 0 ? status.State.ConsecutiveFailures == 1 ? "failed" : $"failed {status.State.ConsecutiveFailures} times"
                : status.IsOverdue ? "overdue"
                : "";
        }

        if (status.State.IsSwitchUnreadable)
        {
            return "state unreadable";
        }

        var until = status.State.DisabledUntil is { } end ? $" until {Words.Time(end, status.Job.Schedule.TimeZone)}" : "";
        var reason = status.State.DisabledReason is { Length: > 0 } why ? $": {why}" : "";
        return $"off{until}{reason}";
    }
}
