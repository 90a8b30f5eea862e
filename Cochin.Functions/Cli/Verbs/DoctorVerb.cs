using System.CommandLine;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Doctor;
using Cochin.Functions.Formatting;
using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks.VerifyBackups;

namespace Cochin.Functions.Cli.Verbs;

internal static class DoctorVerb
{
    public static Verb Create()
    {
        var fix = new Option<bool>("--fix") { Description = "Fix what can be fixed safely, then check again" };
        return new Verb("doctor", "Find out what keeps jobs from running or succeeding, and how to fix it", "doctor", "doctor --fix", "doctor --json")
        {
            Execute = async (session, cancellationToken) =>
            {
                var doctor = await CreateDoctorAsync(session, cancellationToken).ConfigureAwait(false);
                var checks = await doctor.RunAsync(cancellationToken).ConfigureAwait(false);
                IReadOnlyList<string> repaired = [];
                if (session.Value(fix))
                {
                    repaired = await DoctorChecks.FixAsync(checks, cancellationToken).ConfigureAwait(false);
                    foreach (var done in repaired)
                    {
                        session.Terminal.Say($"fixed: {done}");
                    }

                    checks = repaired.Count > 0 ? await doctor.RunAsync(cancellationToken).ConfigureAwait(false) : checks;
                }

                if (session.Terminal.IsJson)
                {
                    session.Write(new ChecksDocument([.. checks.Select(CheckDocument.From)], repaired), CliJson.Readable.ChecksDocument);
                }
                else
                {
                    Write(session.Terminal, checks);
                }

                return checks.Any(check => check.Result == CheckResult.Wrong) ? ExitCodes.Failed : ExitCodes.Done;
            },
        }.With(fix);
    }

    private static async Task<DoctorChecks> CreateDoctorAsync(Session session, CancellationToken cancellationToken)
    {
        var settings = await session.GetAsync<CochinSettings>(cancellationToken).ConfigureAwait(false);
        var storage = await session.GetAsync<CochinStorage>(cancellationToken).ConfigureAwait(false);
        var time = await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false);
        return new DoctorChecks(
            new MachineChecks(settings, session.IsEmbedded ? ProjectFolder.Find() : null),
            new HostChecks(settings),
            new ChannelCheck(await session.GetAsync<Channel>(cancellationToken).ConfigureAwait(false)),
            new StorageChecks(storage, await session.GetAsync<WorkPathReader>(cancellationToken).ConfigureAwait(false), time),
            new PermissionChecks(storage),
            new BackupCheck(storage, settings.Watch, settings.Tasks.Of<VerifySettings>(), time),
            new JobChecks(
                settings.Jobs,
                await session.GetAsync<JobStates>(cancellationToken).ConfigureAwait(false),
                await session.GetAsync<RunHistory>(cancellationToken).ConfigureAwait(false),
                await session.GetAsync<BlobLocks>(cancellationToken).ConfigureAwait(false),
                time));
    }

    private static void Write(Terminal terminal, IReadOnlyList<Check> checks)
    {
        var table = new TextTable("check", "result", "found", "why it matters");
        foreach (var check in checks)
        {
            table.Add(check.Name, CheckDocument.ResultName(check.Result), check.Found, check.Why);
        }

        table.Write(terminal);
        foreach (var check in checks.Where(check => check.NextStep is not null))
        {
            terminal.Line(ForeignText.OneLine($"{check.Name}: {check.NextStep}"));
        }

        if (checks.Count(check => check.Fix is not null) is > 0 and var fixable)
        {
            terminal.Line($"{fixable} of them can be fixed automatically: ./cochin doctor --fix");
        }

        var (wrong, warnings) = (checks.Count(check => check.Result == CheckResult.Wrong), checks.Count(check => check.Result == CheckResult.Warning));
        terminal.Line(wrong > 0
            ? $"{wrong} of {checks.Count} checks found a problem."
            : $"{checks.Count} checks, no problem found{(warnings > 0 ? $", {warnings} warnings" : "")}.");
    }
}
