using System.CommandLine;
using Cochin.Functions.Running;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;

namespace Cochin.Functions.Cli.Verbs;

internal static class CleanupTempFilesVerb
{
    public static Verb Create()
    {
        var auto = new Option<bool>("--auto") { Description = "Do not ask; for schedules" };
        var force = OptionValues.Force("Do not ask");
        var age = OptionValues.Number("--age-hours", "N", "From which age on a unit is old (24)");
        var dryRun = OptionValues.DryRun();
        var verbose = new Option<bool>("--verbose") { Description = "List each unit with its age, size and what was decided" };
        return new Verb(
            TaskNames.CleanupTempFiles,
            "Remove what was left in the temporary areas",
            "cleanup_temp_files --dry-run --verbose",
            "cleanup_temp_files --age-hours 2 --force")
        {
            Do = async (session, cancellationToken) =>
            {
                var options = new CleanupTempFilesOptions { DryRun = session.Value(dryRun) };
                options = OptionValues.Checked(options with { AgeHours = session.Value(age) ?? options.AgeHours });
                var given = session.Value(auto) || session.Value(force);
                if (!await Consent.AskAsync(session, given, options, "--force, --auto, --dry-run", cancellationToken).ConfigureAwait(false))
                {
                    return ExitCodes.Done;
                }

                var runner = await session.GetAsync<JobRunner>(cancellationToken).ConfigureAwait(false);
                return await new RunConsole(session, session.Value(verbose)).OneAsync(observer => runner.RunTaskAsync(options, observer, cancellationToken)).ConfigureAwait(false);
            },
        }.With(auto, force, age, dryRun, verbose);
    }
}
