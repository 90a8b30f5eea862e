using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;

namespace Cochin.Functions.Cli.Verbs;

internal static class ShowVerb
{
    public static Verb Create() => new("show", "List the jobs with their schedules", "show", "show --json")
    {
        Execute = async (session, cancellationToken) =>
        {
            var jobs = session.Jobs();
            if (session.Terminal.IsJson)
            {
                var all = await JobStatus.ReadAsync(session, jobs, cancellationToken).ConfigureAwait(false);
                session.Write(JobStatus.ToDocument(all), CliJson.Readable.JobsDocument);
                return ExitCodes.Done;
            }

            var statuses = await JobStatus.ReadStatesAsync(session, jobs, cancellationToken).ConfigureAwait(false);
            var table = new TextTable("id", "job", "task", "schedule", "next run", "enabled");
            foreach (var status in statuses)
            {
                var (job, health) = (status.Job, status.Health);
                var next = Units.English.Time(health.NextRun, job.Schedule.TimeZone);
                table.Add(job.Id, job.Name, job.Task, job.Schedule.Expression, next, health.IsEnabled ? "yes" : "no");
            }

            table.Write(session.Terminal);
            session.Terminal.Line($"Times are in {jobs[0].Schedule.TimeZone.Id}.");
            return ExitCodes.Done;
        },
    };
}
