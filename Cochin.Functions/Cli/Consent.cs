using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Running;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>Commands that delete or overwrite ask first on a terminal, after showing what they would do; elsewhere they refuse.</summary>
internal static class Consent
{
    /// <param name="given">A flag that says so was typed, or the command changes nothing.</param>
    /// <param name="flags">Those flags, for the message.</param>
    /// <returns>False where the person said no.</returns>
    /// <exception cref="CliException">There is nobody to ask, or nothing to ask about as the plan failed.</exception>
    public static async Task<bool> AskAsync(Session session, bool given, TaskOptions options, string flags, CancellationToken cancellationToken)
    {
        if (given || options.DryRun)
        {
            return true;
        }

        if (!session.Terminal.CanAsk)
        {
            throw new CliException(
                "needs_consent",
                $"{options.Task} changes things, and it cannot ask for confirmation without a terminal.",
                $"Give one of {flags}.");
        }

        var runner = await session.GetAsync<JobRunner>(cancellationToken).ConfigureAwait(false);
        var plan = await runner.RunTaskAsync(options with { DryRun = true }, RunObserver.None, cancellationToken).ConfigureAwait(false);
        RunView.Write(session.Terminal, plan, items: null);
        cancellationToken.ThrowIfCancellationRequested();
        if (plan.Outcome == Outcome.Failed)
        {
            throw new CliException(
                "plan_failed",
                "The plan failed, so nothing was changed.",
                $"Fix what is reported above, or give one of {flags}.",
                ExitCodes.Failed);
        }

        if (await session.Terminal.ConfirmAsync("Do this now?", cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        session.Terminal.Say("Nothing was changed.");
        return false;
    }
}
