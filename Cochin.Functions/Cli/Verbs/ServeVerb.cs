using System.CommandLine;
using System.Text.Json;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Scheduling;

namespace Cochin.Functions.Cli.Verbs;

internal static class ServeVerb
{
    public const string Name = "serve";

    public static Verb Create()
    {
        var names = new Argument<string[]>("JOB") { Description = "Names or ids of jobs (default: all)", Arity = ArgumentArity.ZeroOrMore };
        return new Verb(Name, "Run the jobs on schedule, without a Functions host", "serve", "serve sync_django")
        {
            Execute = (session, cancellationToken) => ServeAsync(session, session.Value(names) ?? [], cancellationToken),
        }.With(names);
    }

    private static async Task<int> ServeAsync(Session session, string[] names, CancellationToken cancellationToken)
    {
        var jobs = session.Jobs(names is [JobCatalog.All] ? null : names);
        var scope = names is [] or [JobCatalog.All] ? RunnerScope.Serve() : RunnerScope.Serve([.. jobs.Select(job => job.Name)]);
        await session.OpenAsync(scope, cancellationToken).ConfigureAwait(false);
        var scheduler = await session.GetAsync<LocalScheduler>(cancellationToken).ConfigureAwait(false);
        var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
        session.Terminal.Say($"Running {Units.English.Count(jobs.Count, "job", "jobs")} on schedule. Press Ctrl+C to stop.");
        foreach (var job in jobs)
        {
            session.Terminal.Say($"  {job.Name}: next at {Units.English.Time(job.Schedule.Next(now), job.Schedule.TimeZone)} ({job.Schedule.TimeZone.Id})");
        }

        if (scope.IsPartial)
        {
            session.Terminal.Say("Other jobs, notices about them and about backups, the digest and the status page are left to other runners.");
        }

        await scheduler.RunAsync(report => Write(session.Terminal, report), cancellationToken).ConfigureAwait(false);
        session.Terminal.Say("Stopped.");
        return ExitCodes.Done;
    }

    private static void Write(Terminal terminal, RunReport report)
    {
        lock (terminal)
        {
            if (terminal.IsJson)
            {
                terminal.Line(JsonSerializer.Serialize(RunDocument.From(report), CompactJson.Default.RunDocument));
                return;
            }

            var counts = string.Join(", ", report.Counts.Where(count => count.Value != 0).Select(count => $"{count.Key} {Units.English.Number(count.Value)}"));
            var outcome = $"{Words.Outcome(report.Outcome, report.Reason)}  {Units.English.Took(report.Duration ?? TimeSpan.Zero)}";
            var line = $"{report.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {report.Job}  {outcome}  {report.Error ?? counts}";
            terminal.Line(ForeignText.OneLine(line.TrimEnd()));
        }
    }
}
