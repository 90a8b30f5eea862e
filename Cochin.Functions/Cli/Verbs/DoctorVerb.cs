using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Hosting;
using Cochin.Functions.Locking;
using Cochin.Functions.Running;
using Cochin.Functions.Status;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Cli.Verbs;

internal static class DoctorVerb
{
    public static Verb Create() => new("doctor", "Look for what keeps jobs from running or succeeding, and say what mends it", "doctor", "doctor --json")
    {
        Do = async (session, cancellationToken) =>
        {
            var checks = await (await MakeAsync(session, cancellationToken).ConfigureAwait(false)).ExamineAsync(cancellationToken).ConfigureAwait(false);
            if (session.Terminal.IsJson)
            {
                session.Write(new ChecksDocument([.. checks.Select(CheckDocument.From)]), CliJson.Readable.ChecksDocument);
            }
            else
            {
                Write(session.Terminal, checks);
            }

            return checks.Any(check => check.Result == CheckResult.Wrong) ? ExitCodes.Failed : ExitCodes.Done;
        },
    };

    private static async Task<Doctor> MakeAsync(Session session, CancellationToken cancellationToken)
    {
        var time = await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false);
        return new Doctor(
            new MachineChecks(await session.GetAsync<CochinSettings>(cancellationToken).ConfigureAwait(false), session.IsEmbedded),
            new StorageChecks(await session.GetAsync<CochinStorage>(cancellationToken).ConfigureAwait(false), time),
            new JobChecks(
                await session.GetAsync<JobCatalog>(cancellationToken).ConfigureAwait(false),
                await session.GetAsync<JobStates>(cancellationToken).ConfigureAwait(false),
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
            terminal.Line($"{check.Name}: {check.Mend}");
        }

        terminal.Line(checks.Count(check => check.Result == CheckResult.Wrong) is > 0 and var wrong
            ? $"{wrong} of {checks.Count} checks found something wrong."
            : $"{checks.Count} checks, nothing wrong.");
    }
}
