using System.CommandLine;
using Cochin.Functions.Running;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.Cli.Verbs;

internal static class RebuildBackupPathsVerb
{
    public static Verb Create()
    {
        var force = OptionValues.Force("Do not ask");
        var scanOnly = new Option<bool>("--scan-only") { Description = "Report what is wrong, and change nothing" };
        var dryRun = OptionValues.DryRun();
        var user = new Option<string?>("--user-id") { Description = "Who registered backups are said to be created by", HelpName = "ID" };
        var massMissing = new Option<bool>("--allow-mass-missing") { Description = "Mark records as missing even where it is most of them" };
        var verbose = new Option<bool>("--verbose") { Description = "List each blob and record with what was decided" };
        return new Verb(
            TaskNames.RebuildBackupPaths,
            "Make backup records and backup blobs agree",
            "rebuild_backup_paths --scan-only",
            "rebuild_backup_paths --force --user-id 3")
        {
            Do = async (session, cancellationToken) =>
            {
                var options = OptionValues.Checked(new RebuildBackupPathsOptions
                {
                    UserId = session.Value(user),
                    AllowMassMissing = session.Value(massMissing),
                    DryRun = session.Value(dryRun) || session.Value(scanOnly),
                });
                if (!await Consent.AskAsync(session, session.Value(force), options, "--force, --scan-only, --dry-run", cancellationToken).ConfigureAwait(false))
                {
                    return ExitCodes.Done;
                }

                var runner = await session.GetAsync<JobRunner>(cancellationToken).ConfigureAwait(false);
                return await new RunConsole(session, session.Value(verbose)).OneAsync(observer => runner.RunTaskAsync(options, observer, cancellationToken)).ConfigureAwait(false);
            },
        }.With(force, scanOnly, dryRun, user, massMissing, verbose);
    }
}
