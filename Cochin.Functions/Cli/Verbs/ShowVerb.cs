using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;

namespace Cochin.Functions.Cli.Verbs;

internal static class ShowVerb
{
    public static Verb Create() => new("show", "List the jobs with their schedules", "show", "show --json")
    {
        Do = async (session, cancellationToken) =>
        {
            var jobs = session.Jobs();
            if (session.Terminal.IsJson)
            {
                session.Write(JobStatus.ToDocument(await JobStatus.ReadAsync(session, jobs, cancellationToken).ConfigureAwait(false)), CliJson.Readable.JobsDocument);
                return ExitCodes.Done;
            }

            var standings = await JobStatus.ReadStatesAsync(session, jobs, cancellationToken).ConfigureAwait(false);
            var table = new TextTable("id", "job", "task", "schedule", "next run", "enabled");
            foreach (var standing in standings)
            {
                var (job, health) = (standing.Job, standing.Health);
                var next = Units.English.Time(health.NextRun, job.Schedule.TimeZone);
                table.Add(job.Id, job.Name, job.Task, job.Schedule.Expression, next, health.IsEnabled ? "yes" : "no");
            }

            table.Write(session.Terminal);
            session.Terminal.Line($"Times are {jobs[0].Schedule.TimeZone.Id}.");
            return ExitCodes.Done;
        },
    };
}
