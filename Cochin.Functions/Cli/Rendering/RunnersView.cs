using Cochin.Functions.Formatting;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>Writes which runners check the jobs, and the jobs that no runner checks any more.</summary>
internal static class RunnersView
{
    // More jobs of one runner are only counted.
    private const int MaxNames = 3;

    public static void Write(Terminal terminal, IReadOnlyList<JobStatus> statuses)
    {
        var runners = statuses
            .SelectMany(status => status.State.CurrentRunners(status.Now).Select(check => (Runner: check.Name, Job: status.Job.Name)))
            .GroupBy(one => one.Runner, one => one.Job)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} ({Jobs([.. group])})")
            .ToList();
        if (runners.Count > 0)
        {
            terminal.Line(ForeignText.OneLine($"Checked by {string.Join(", ", runners)}."));
        }

        foreach (var status in statuses)
        {
            if (status.Health.LastCheckBeforeStop is { } last)
            {
                var since = $"{Units.English.Time(last.At, status.Job.Schedule.TimeZone)} ({last.Name})";
                terminal.Line(ForeignText.OneLine($"No runner has checked {status.Job.Name} since {since}. {last.Restart(status.Job.Name)}."));
            }
        }
    }

    private static string Jobs(IReadOnlyList<string> jobs) =>
        jobs.Count > MaxNames ? Units.English.Count(jobs.Count, "job", "jobs") : string.Join(", ", jobs);
}
