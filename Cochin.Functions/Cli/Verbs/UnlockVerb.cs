using System.CommandLine;
using Cochin.Functions.Auditing;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Locking;

namespace Cochin.Functions.Cli.Verbs;

internal static class UnlockVerb
{
    public static Verb Create()
    {
        var name = new Argument<string>("JOB") { Description = "Name or id of a job, or name of a task" };
        var force = OptionValues.Force("Don't ask for confirmation");
        return new Verb(
            "unlock",
            "Take a job's lock away from its holder, after showing the holder",
            "unlock cleanup_temp_files",
            "unlock rebuild_backup_paths --force --json")
        {
            Execute = async (session, cancellationToken) =>
            {
                var task = TaskOf(session, session.Value(name)!);
                var locks = await session.GetAsync<BlobLocks>(cancellationToken).ConfigureAwait(false);
                if (await locks.FindHolderAsync(task, cancellationToken).ConfigureAwait(false) is not { } holder)
                {
                    return Write(session, task, holder: null, isUnlocked: false, $"The lock of {task} is already free.");
                }

                var isInfinite = await locks.HasInfiniteLeaseAsync(task, cancellationToken).ConfigureAwait(false);
                session.Terminal.Say(isInfinite ? DescribeInfinite(task, holder) : DescribeRun(task, holder));
                if (!session.Value(force))
                {
                    if (!session.Terminal.CanAsk)
                    {
                        throw new CliException(
                            "needs_consent",
                            "unlock takes the lock away from its holder, and it cannot ask for confirmation without a terminal.",
                            "Give --force.");
                    }

                    if (!await session.Terminal.ConfirmAsync("Take the lock away?", cancellationToken).ConfigureAwait(false))
                    {
                        session.Terminal.Say("Nothing was changed.");
                        return ExitCodes.Done;
                    }
                }

                if (!await locks.TryBreakAsync(task, holder, cancellationToken).ConfigureAwait(false))
                {
                    return Write(session, task, holder, isUnlocked: false, $"{holder.Holder} no longer holds the lock of {task}; nothing was changed.");
                }

                var audit = await session.GetAsync<AuditLog>(cancellationToken).ConfigureAwait(false);
                var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
                var line = new AuditLine(now, holder.RunId, holder.Job, "unlock", $"locks/{task}", "done")
                {
                    Before = isInfinite ? "held by another program, without an end" : $"held by {holder.Holder} since {holder.Since:u}",
                    After = "free",
                };
                await audit.AppendAsync([line], cancellationToken).ConfigureAwait(false);
                return Write(session, task, holder, isUnlocked: true, $"The lock of {task} is free.");
            },
        }.With(name, force);
    }

    private static string DescribeRun(string task, LockOwner holder) =>
        $"The lock of {task} is held by {holder.Holder}: job {holder.Job}, run {holder.RunId}, since {holder.Since:u}. "
        + $"If the holder were dead, the lock would expire within {BlobLocks.LeaseDuration.TotalSeconds:0} s, so the run is most likely in progress. "
        + "Without the lock it stops at its next step and is recorded as Lost.";

    private static string DescribeInfinite(string task, LockOwner holder) =>
        $"The lock of {task} has a lease without an end, which no run takes: it was taken by another program or by hand. "
        + $"The last run that held the lock: {(holder.RunId.Length > 0 ? $"{holder.RunId} of {holder.Job}, on {holder.Holder}" : "unknown")}.";

    private static string TaskOf(Session session, string name) =>
        session.Jobs().Any(job => job.Task == name) ? name : session.Jobs([name])[0].Task;

    private static int Write(Session session, string task, LockOwner? holder, bool isUnlocked, string text)
    {
        if (session.Terminal.IsJson)
        {
            var shown = holder is null ? null : new LockHolder(holder.Holder, holder.Job, holder.RunId, holder.Since.UtcDateTime);
            session.Write(new LockDocument(task, isUnlocked, shown), CliJson.Readable.LockDocument);
        }
        else
        {
            session.Terminal.Line(text);
        }

        return ExitCodes.Done;
    }
}
