using Cochin.Functions.Auditing;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Jobs;

namespace Cochin.Functions.Cli;

/// <summary>Switches jobs on or off, records it in the audit log, and writes the result.</summary>
internal static class JobSwitch
{
    public static async Task<int> SetAsync(
        Session session,
        IReadOnlyList<JobDefinition> jobs,
        string action,
        string state,
        Func<JobStates, JobDefinition, DateTimeOffset, Task> apply,
        CancellationToken cancellationToken)
    {
        var states = await session.GetAsync<JobStates>(cancellationToken).ConfigureAwait(false);
        var audit = await session.GetAsync<AuditLog>(cancellationToken).ConfigureAwait(false);
        var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
        var staysOff = new HashSet<string>();
        foreach (var job in jobs)
        {
            var before = await states.GetAsync(job.Name, cancellationToken).ConfigureAwait(false);
            await apply(states, job, now).ConfigureAwait(false);
            var after = await states.GetAsync(job.Name, cancellationToken).ConfigureAwait(false);
            if (after.DisabledUntil is not null && after.EnabledAgainAt(job) is null)
            {
                staysOff.Add(job.Name);
            }

            var line = new AuditLine(now, "", job.Name, action, job.Name, "done") { Before = Describe(job, before, now), After = Describe(job, after, now) };
            await audit.AppendAsync([line], cancellationToken).ConfigureAwait(false);
        }

        if (session.Terminal.IsJson)
        {
            var statuses = await JobStatus.ReadAsync(session, jobs, cancellationToken).ConfigureAwait(false);
            session.Write(JobStatus.ToDocument(statuses), CliJson.Readable.JobsDocument);
        }
        else
        {
            foreach (var job in jobs)
            {
                session.Terminal.Line($"{job.Name} is {state}{(staysOff.Contains(job.Name) ? " and stays off: it was off before" : "")}.");
            }
        }

        return ExitCodes.Done;
    }

    private static string Describe(JobDefinition job, JobState state, DateTimeOffset now) => state.IsEnabled(job, now)
        ? "on"
        : state.IsSwitchUnreadable ? "unreadable"
        : "off" + (state.EnabledAgainAt(job) is { } until ? $" until {until:u}" : "") + (state.DisabledReason is { } reason ? $" ({reason})" : "");
}
