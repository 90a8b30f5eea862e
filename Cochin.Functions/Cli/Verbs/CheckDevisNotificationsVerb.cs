using System.CommandLine;
using Cochin.Functions.Running;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;

namespace Cochin.Functions.Cli.Verbs;

internal static class CheckDevisNotificationsVerb
{
    public static Verb Create()
    {
        var force = OptionValues.Force("Send again what was announced already, within the window");
        var devis = new Option<string?>("--devis-id") { Description = "Look at this quote only", HelpName = "NUMBER" };
        var dryRun = OptionValues.DryRun();
        return new Verb(
            TaskNames.CheckDevisNotifications,
            "Post the alerts of quotes that start or are due",
            "check_devis_notifications --dry-run",
            "check_devis_notifications --devis-id D-2026-014 --force")
        {
            Do = async (session, cancellationToken) =>
            {
                var options = OptionValues.Checked(new CheckDevisNotificationsOptions
                {
                    Force = session.Value(force),
                    DevisId = session.Value(devis),
                    DryRun = session.Value(dryRun),
                });
                var runner = await session.GetAsync<JobRunner>(cancellationToken).ConfigureAwait(false);
                return await new RunConsole(session, verbose: false).OneAsync(observer => runner.RunTaskAsync(options, observer, cancellationToken)).ConfigureAwait(false);
            },
        }.With(force, devis, dryRun);
    }
}
