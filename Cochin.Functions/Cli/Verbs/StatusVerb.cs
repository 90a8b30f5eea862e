using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Cochin.Functions.Running;
using Cochin.Functions.Storage;
using Cochin.Functions.Watching;

namespace Cochin.Functions.Cli.Verbs;

internal static class StatusVerb
{
    // Less is noise.
    private static readonly TimeSpan NoTrend = TimeSpan.FromSeconds(1);

    private const string Summary = "Show the health of the jobs: last and next runs, what is switched off, what is overdue or can't be read (then exit 1)";

    public static Verb Create() => new("status", Summary, "status", "status --json")
    {
        Do = async (session, cancellationToken) =>
        {
            var jobs = session.Jobs();
            var standings = await JobStatus.ReadAsync(session, jobs, cancellationToken).ConfigureAwait(false);
            var late = await OverdueBackupsAsync(session, cancellationToken).ConfigureAwait(false);
            if (session.Terminal.IsJson)
            {
                var backups = late.Select(backup => new OverdueBackup(backup.Configuration, backup.Newest?.UtcDateTime));
                session.Write(JobStatus.ToDocument(standings) with { OverdueBackups = [.. backups] }, CliJson.Readable.JobsDocument);
                return Code(standings, late);
            }

            var table = new TextTable("job", "last run", "outcome", "took", "last ten", "last success", "next run", "note");
            foreach (var standing in standings)
            {
                var zone = standing.Job.Schedule.TimeZone;
                table.Add(
                    standing.Job.Name,
                    Units.English.Time(standing.Latest?.StartedAt, zone),
                    Words.Outcome(standing.Latest?.Outcome, standing.Latest?.Reason),
                    Took(standing),
                    string.Concat(standing.Recent.Reverse().Select(run => Words.Sign(run.Outcome))),
                    Units.English.Time(standing.State.LastSuccessAt, zone),
                    Units.English.Time(standing.Health.NextRun, zone),
                    Note(standing));
            }

            table.Write(session.Terminal);
            var active = standings.Count(standing => standing.Health.IsEnabled);
            session.Terminal.Line($"{active} of {standings.Count} jobs are active. Times are {jobs[0].Schedule.TimeZone.Id}. Of the last ten runs, the newest on the right: ✓ completed, ~ partial, ✗ failed, † lost, · skipped.");
            foreach (var failing in standings.Where(standing => standing.Health.IsFailing))
            {
                session.Terminal.Line($"{failing.Job.Name} fails: ./cochin {(failing.State.LastRunId is { } run ? $"explain {run}" : $"history {failing.Job.Name}")}");
            }

            foreach (var standing in standings.Where(standing => standing.Health.Condition == JobCondition.Unreadable))
            {
                session.Terminal.Line($"{standing.Job.Name} does not run, as {standing.State.DisabledReason}: ./cochin doctor");
            }

            foreach (var overdue in standings.Where(standing => standing.Health.IsOverdue))
            {
                session.Terminal.Line($"{overdue.Job.Name} is overdue: ./cochin doctor");
            }

            foreach (var backup in late)
            {
                session.Terminal.Line(ForeignText.OneLine(backup.Newest is { } newest
                    ? $"The newest backup of {backup.Configuration} is of {Units.English.Time(newest, jobs[0].Schedule.TimeZone)}, which is too old: ./cochin doctor"
                    : $"There is no backup of {backup.Configuration}, though one is expected: ./cochin doctor"));
            }

            return Code(standings, late);
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
        return [.. all.Where(standing => standing.IsOverdue).OrderBy(standing => standing.Configuration, StringComparer.Ordinal)];
    }

    private static int Code(IEnumerable<JobStatus> standings, IReadOnlyList<BackupStanding> late) =>
        late.Count > 0 || standings.Any(standing => standing.Health is { IsOverdue: true } or { Condition: JobCondition.Unreadable })
            ? ExitCodes.Failed
            : ExitCodes.Done;

    // With an arrow where it took much longer or shorter than usual.
    private static string Took(JobStatus standing) => (standing.LastDuration, standing.UsualDuration) switch
    {
        (null, _) => "—",
        ({ } last, { } usual) when last > 1.5 * usual && last - usual > NoTrend => $"{Units.English.Took(last)} ↑",
        ({ } last, { } usual) when last < usual / 1.5 && usual - last > NoTrend => $"{Units.English.Took(last)} ↓",
        ({ } last, _) => Units.English.Took(last),
    };

    private static string Note(JobStatus standing)
    {
        switch (standing.Health.Condition)
        {
            case JobCondition.Failing:
                return standing.State.ConsecutiveFailures == 1 ? "failed" : $"failed {standing.State.ConsecutiveFailures} times";
            case JobCondition.Overdue:
                return "overdue";
            case JobCondition.NotConfigured:
                return $"not configured: set {standing.Job.MissingSetting}";
            case JobCondition.Unreadable:
                return "state unreadable";
            case JobCondition.New:
                return "not yet run";
            case not JobCondition.Off:
                return "";
        }

        var until = standing.State.DisabledUntil is { } end ? $" until {Units.English.Time(end, standing.Job.Schedule.TimeZone)}" : "";
        var reason = standing.State.DisabledReason is { Length: > 0 } why ? $": {why}" : "";
        return $"off{until}{reason}";
    }
}
