using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Storage;
using Cochin.Functions.Watching;

namespace Cochin.Functions.Cli.Verbs;

internal static class StatusVerb
{
    // Less is noise.
    private static readonly TimeSpan NoTrend = TimeSpan.FromSeconds(1);

    public static Verb Create() => new(
        "status", "Show the state of the jobs: last and next runs, what is switched off, what is overdue or damaged (then exit 1)", "status", "status --json")
    {
        Do = async (session, cancellationToken) =>
        {
            var jobs = session.Jobs();
            var standings = await JobStatus.ReadAsync(session, jobs, cancellationToken).ConfigureAwait(false);
            var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
            var all = await BackupsAsync(session, now, cancellationToken).ConfigureAwait(false);
            var late = all.Where(standing => standing.IsOverdue).ToList();
            var damaged = all.Where(standing => standing.Damaged > 0).ToList();
            var (verified, completed, oldestCheck) = BackupStanding.Verification(all);
            if (session.Terminal.IsJson)
            {
                var backups = late.Select(backup => new OverdueBackup(backup.Configuration, backup.Newest?.UtcDateTime));
                var document = JobStatus.ToDocument(standings) with
                {
                    OverdueBackups = [.. backups],
                    DamagedBackups = [.. damaged.SelectMany(Damaged)],
                    VerifiedBackups = new VerifiedBackups(verified, completed, oldestCheck?.UtcDateTime),
                };
                session.Write(document, CliJson.Readable.JobsDocument);
                return Code(standings, late.Concat(damaged));
            }

            var table = new TextTable("job", "last run", "outcome", "took", "last ten", "last success", "next run", "note");
            foreach (var standing in standings)
            {
                var zone = standing.Job.Schedule.TimeZone;
                table.Add(
                    standing.Job.Name,
                    Words.Time(standing.Latest?.StartedAt, zone),
                    Words.Outcome(standing.Latest?.Outcome, standing.Latest?.Reason),
                    Took(standing),
                    string.Concat(standing.Recent.Reverse().Select(run => Words.Sign(run.Outcome))),
                    Words.Time(standing.State.LastSuccessAt, zone),
                    Words.Time(standing.Next, zone),
                    Note(standing));
            }

            table.Write(session.Terminal);
            var active = standings.Count(standing => standing.IsEnabled);
            session.Terminal.Line($"{active} of {standings.Count} jobs are active. Times are {jobs[0].Schedule.TimeZone.Id}. Of the last ten runs, the newest on the right: ✓ completed, ~ partial, ✗ failed, † lost, · skipped.");
            foreach (var failing in standings.Where(standing => standing.State.ConsecutiveFailures > 0))
            {
                session.Terminal.Line($"{failing.Job.Name} fails: ./cochin {(failing.State.LastRunId is { } run ? $"explain {run}" : $"history {failing.Job.Name}")}");
            }

            foreach (var overdue in standings.Where(standing => standing.IsOverdue))
            {
                session.Terminal.Line($"{overdue.Job.Name} is overdue: ./cochin doctor");
            }

            foreach (var backup in late)
            {
                session.Terminal.Line(Printable.Line(backup.Newest is { } newest
                    ? $"The newest backup of {backup.Configuration} is of {Words.Time(newest, jobs[0].Schedule.TimeZone)}, which is too old: ./cochin doctor"
                    : $"There is no backup of {backup.Configuration}, though one is expected: ./cochin doctor"));
            }

            foreach (var standing in damaged)
            {
                var (first, count) = (standing.DamagedOnes[0], $"{standing.Damaged} of {standing.Completed}");
                session.Terminal.Line(Printable.Line(
                    $"{count} backups of {Named(standing)} are damaged; {first.Name ?? first.Id} {first.Damage}: ./cochin doctor"));
            }

            if (completed > 0)
            {
                var oldest = oldestCheck is { } check ? $", the oldest check {(now - check).TotalDays:0} days ago" : "";
                session.Terminal.Line($"{verified} of {completed} backups are verified{oldest}.");
            }

            return Code(standings, late.Concat(damaged));
        },
    };

    private static string Named(BackupStanding standing) => standing.Configuration.Length > 0 ? standing.Configuration : "no configuration";

    private static IEnumerable<DamagedBackupDocument> Damaged(BackupStanding standing) => standing.DamagedOnes.Select(
        one => new DamagedBackupDocument(standing.Configuration, one.Id, one.Name, one.Damage, one.Since?.UtcDateTime));

    private static async Task<IReadOnlyList<BackupStanding>> BackupsAsync(Session session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var settings = await session.GetAsync<WatchSettings>(cancellationToken).ConfigureAwait(false);
        var storage = await session.GetAsync<CochinStorage>(cancellationToken).ConfigureAwait(false);
        var all = await BackupTally.ReadAsync(storage, settings, now, cancellationToken).ConfigureAwait(false);
        return [.. all.OrderBy(standing => standing.Configuration, StringComparer.Ordinal)];
    }

    private static int Code(IEnumerable<JobStatus> standings, IEnumerable<BackupStanding> troubled) =>
        troubled.Any() || standings.Any(standing => standing.IsOverdue) ? ExitCodes.Failed : ExitCodes.Done;

    // With an arrow where it took much longer or shorter than usual.
    private static string Took(JobStatus standing) => (standing.LastDuration, standing.UsualDuration) switch
    {
        (null, _) => "—",
        ({ } last, { } usual) when last > 1.5 * usual && last - usual > NoTrend => $"{Words.Duration(last)} ↑",
        ({ } last, { } usual) when last < usual / 1.5 && usual - last > NoTrend => $"{Words.Duration(last)} ↓",
        ({ } last, _) => Words.Duration(last),
    };

    private static string Note(JobStatus standing)
    {
        if (standing.IsEnabled)
        {
            return standing.State.ConsecutiveFailures > 0 ? standing.State.ConsecutiveFailures == 1 ? "failed" : $"failed {standing.State.ConsecutiveFailures} times"
                : standing.IsOverdue ? "overdue"
                : "";
        }

        var until = standing.State.DisabledUntil is { } end ? $" until {Words.Time(end, standing.Job.Schedule.TimeZone)}" : "";
        var reason = standing.State.DisabledReason is { Length: > 0 } why ? $": {why}" : "";
        return $"off{until}{reason}";
    }
}
