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

    public static Verb Create() => new(Name, "Run the jobs on schedule, without a Functions host", "serve")
    {
        Execute = async (session, cancellationToken) =>
        {
            var scheduler = await session.GetAsync<LocalScheduler>(cancellationToken).ConfigureAwait(false);
            var jobs = session.Jobs();
            var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
            session.Terminal.Say($"Running {jobs.Count} jobs on schedule. Press Ctrl+C to stop.");
            foreach (var job in jobs)
            {
                session.Terminal.Say($"  {job.Name}: next at {Units.English.Time(job.Schedule.Next(now), job.Schedule.TimeZone)} ({job.Schedule.TimeZone.Id})");
            }

            await scheduler.RunAsync(report => Write(session.Terminal, report), cancellationToken).ConfigureAwait(false);
            session.Terminal.Say("Stopped.");
            return ExitCodes.Done;
        },
    };

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
