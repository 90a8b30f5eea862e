using System.CommandLine;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Cochin.Functions.Hosting;
using Cochin.Functions.Locking;
using Cochin.Functions.Notifications;
using Cochin.Functions.Running;
using Cochin.Functions.Status;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Watching;

namespace Cochin.Functions.Cli.Verbs;

internal static class DoctorVerb
{
    public static Verb Create()
    {
        var fix = new Option<bool>("--fix") { Description = "Mend what can be mended without harm, then look again" };
        return new Verb("doctor", "Look for what keeps jobs from running or succeeding, and say what mends it", "doctor", "doctor --fix", "doctor --json")
        {
            Do = async (session, cancellationToken) =>
            {
                var doctor = await MakeAsync(session, cancellationToken).ConfigureAwait(false);
                var checks = await doctor.ExamineAsync(cancellationToken).ConfigureAwait(false);
                IReadOnlyList<string> mended = [];
                if (session.Value(fix))
                {
                    mended = await Doctor.FixAsync(checks, cancellationToken).ConfigureAwait(false);
                    foreach (var done in mended)
                    {
                        session.Terminal.Say($"mended: {done}");
                    }

                    checks = mended.Count > 0 ? await doctor.ExamineAsync(cancellationToken).ConfigureAwait(false) : checks;
                }

                if (session.Terminal.IsJson)
                {
                    session.Write(new ChecksDocument([.. checks.Select(CheckDocument.From)], mended), CliJson.Readable.ChecksDocument);
                }
                else
                {
                    Write(session.Terminal, checks);
                }

                return checks.Any(check => check.Result == CheckResult.Wrong) ? ExitCodes.Failed : ExitCodes.Done;
            },
        }.With(fix);
    }

    private static async Task<Doctor> MakeAsync(Session session, CancellationToken cancellationToken)
    {
        var settings = await session.GetAsync<CochinSettings>(cancellationToken).ConfigureAwait(false);
        var storage = await session.GetAsync<CochinStorage>(cancellationToken).ConfigureAwait(false);
        var time = await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false);
        return new Doctor(
            new MachineChecks(settings, session.IsEmbedded ? ProjectFolder.Find() : null),
            new HostChecks(settings),
            new ChannelCheck(await session.GetAsync<Channel>(cancellationToken).ConfigureAwait(false)),
            new StorageChecks(storage, await session.GetAsync<WorkPathReader>(cancellationToken).ConfigureAwait(false), time),
            new PermissionChecks(storage),
            new BackupCheck(storage, settings.Watch, time),
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
            table.Add(check.Name, CheckDocument.Word(check.Result), check.Found, check.Why);
        }

        table.Write(terminal);
        foreach (var check in checks.Where(check => check.Mend is not null))
        {
            terminal.Line(ForeignText.OneLine($"{check.Name}: {check.Mend}"));
        }

        if (checks.Count(check => check.Fix is not null) is > 0 and var fixable)
        {
            terminal.Line($"{fixable} of them can be mended at once: ./cochin doctor --fix");
        }

        terminal.Line(checks.Count(check => check.Result == CheckResult.Wrong) is > 0 and var wrong
            ? $"{wrong} of {checks.Count} checks found something wrong."
            : $"{checks.Count} checks, nothing wrong{(checks.Count(check => check.Result == CheckResult.Warning) is > 0 and var warnings ? $", {warnings} to know of" : "")}.");
    }
}
