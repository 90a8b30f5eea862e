using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;

namespace Cochin.Functions.Cli.Verbs;

internal static class StatusVerb
{
    public static Verb Create() => new("status", "Tell how the jobs stand: last and next runs, what is switched off", "status", "status --json")
    {
        Do = async (session, cancellationToken) =>
        {
            var jobs = session.Jobs();
            var standings = await JobStanding.ReadAsync(session, jobs, cancellationToken).ConfigureAwait(false);
            if (session.Terminal.IsJson)
            {
                session.Write(JobStanding.ToDocument(standings), CliJson.Readable.JobsDocument);
                return ExitCodes.Done;
            }

            var table = new TextTable("job", "last run", "outcome", "last success", "next run", "note");
            foreach (var standing in standings)
            {
                var zone = standing.Job.Schedule.TimeZone;
                table.Add(
                    standing.Job.Name,
                    Words.Time(standing.Latest?.StartedAt, zone),
                    Words.Outcome(standing.Latest?.Outcome, standing.Latest?.Reason),
                    Words.Time(standing.State.LastSuccessAt, zone),
                    Words.Time(standing.Next, zone),
                    Note(standing));
            }

            table.Write(session.Terminal);
            var active = standings.Count(standing => standing.IsEnabled);
            session.Terminal.Line($"{active} of {standings.Count} jobs are active. Times are {jobs[0].Schedule.TimeZone.Id}.");
            foreach (var failing in standings.Where(standing => standing.State.ConsecutiveFailures > 0))
            {
                session.Terminal.Line($"{failing.Job.Name} fails: ./cochin history {failing.Job.Name}");
            }

            return ExitCodes.Done;
        },
    };

    private static string Note(JobStanding standing)
    {
        if (standing.IsEnabled)
        {
            return standing.State.ConsecutiveFailures > 0 ? $"failed {standing.State.ConsecutiveFailures} times" : "";
        }

        var until = standing.State.DisabledUntil is { } end ? $" until {Words.Time(end, standing.Job.Schedule.TimeZone)}" : "";
        var reason = standing.State.DisabledReason is { Length: > 0 } why ? $": {why}" : "";
        return $"off{until}{reason}";
    }
}
