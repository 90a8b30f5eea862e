using System.CommandLine;
using Cochin.Functions.Running;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupStuckOperations;

namespace Cochin.Functions.Cli.Verbs;

internal static class CleanupStuckOperationsVerb
{
    public static Verb Create()
    {
        var hours = OptionValues.Number("--hours", "N", "How long an operation may be without a sign of life (6)");
        var minutes = OptionValues.Number("--minutes", "N", "The same in minutes");
        var id = new Option<string?>("--operation-id") { Description = "Look at this operation only", HelpName = "ID" };
        var force = OptionValues.Force("Do not ask");
        var dryRun = OptionValues.DryRun();
        var stats = new Option<bool>("--show-stats") { Description = "Count operations by kind, status and age; alone, mark nothing" };
        var verbose = new Option<bool>("--verbose") { Description = "List each operation with what was decided" };
        return new Verb(
            TaskNames.CleanupStuckOperations,
            "Mark backups and restores that hang as failed",
            "cleanup_stuck_operations --dry-run",
            "cleanup_stuck_operations --hours 6 --force",
            "cleanup_stuck_operations --show-stats")
        {
            Do = async (session, cancellationToken) =>
            {
                if (session.Value(hours) is not null && session.Value(minutes) is not null)
                {
                    throw new CliException("usage", "--hours and --minutes say the same thing twice.", "Give one of them.");
                }

                // Alone, the statistics are a question; a run that only reads is a dry run.
                var statsOnly = session.Value(stats) && !Array.Exists<Option>([hours, minutes, id, force, dryRun], session.Has);
                var options = OptionValues.Checked(new CleanupStuckOperationsOptions
                {
                    Limit = Limit(session.Value(hours), session.Value(minutes)),
                    OperationId = session.Value(id),
                    ShowStats = session.Value(stats),
                    StatsOnly = statsOnly,
                    DryRun = session.Value(dryRun) || statsOnly,
                });
                if (!await Consent.AskAsync(session, session.Value(force), options, "--force, --dry-run", cancellationToken).ConfigureAwait(false))
                {
                    return ExitCodes.Done;
                }

                var runner = await session.GetAsync<JobRunner>(cancellationToken).ConfigureAwait(false);
                return await new RunConsole(session, session.Value(verbose)).OneAsync(observer => runner.RunTaskAsync(options, observer, cancellationToken)).ConfigureAwait(false);
            },
        }.With(hours, minutes, id, force, dryRun, stats, verbose);
    }

    private static TimeSpan Limit(double? hours, double? minutes)
    {
        var limit = hours ?? minutes / 60 ?? new CleanupStuckOperationsOptions().Limit.TotalHours;

        // What no time span holds is refused with the other absurd numbers.
        return double.Abs(limit) < 1_000_000 ? TimeSpan.FromHours(limit) : TimeSpan.MaxValue;
    }
}
