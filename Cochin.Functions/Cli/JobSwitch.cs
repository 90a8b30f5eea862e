using Cochin.Functions.Auditing;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Running;

namespace Cochin.Functions.Cli;

/// <summary>What follows when jobs were switched on or off: a line in the audit log, and how they stand now.</summary>
internal static class JobSwitch
{
    public static async Task<int> TellAsync(Session session, IReadOnlyList<JobDefinition> jobs, string action, string word, CancellationToken cancellationToken)
    {
        var audit = await session.GetAsync<AuditLog>(cancellationToken).ConfigureAwait(false);
        var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
        await audit.AppendAsync([.. jobs.Select(job => new AuditLine(now, "", job.Name, action, job.Name, "done"))], cancellationToken).ConfigureAwait(false);

        if (session.Terminal.IsJson)
        {
            session.Write(JobStanding.ToDocument(await JobStanding.ReadAsync(session, jobs, cancellationToken).ConfigureAwait(false)), CliJson.Readable.JobsDocument);
        }
        else
        {
            foreach (var job in jobs)
            {
                session.Terminal.Line($"{job.Name} is {word}.");
            }
        }

        return ExitCodes.Done;
    }
}
