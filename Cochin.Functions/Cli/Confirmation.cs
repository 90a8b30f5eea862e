using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>Asks for confirmation before a command deletes or overwrites, after showing its plan. Without a terminal the command is refused.</summary>
internal static class Confirmation
{
    /// <param name="confirmed">Whether a flag already confirmed it, or the command changes nothing.</param>
    /// <param name="flags">The flags that confirm it, for the error message.</param>
    /// <returns>False if the user declined.</returns>
    /// <exception cref="CliException">There is no terminal, or the plan failed.</exception>
    public static async Task<bool> AskAsync(Session session, bool confirmed, TaskOptions options, string flags, CancellationToken cancellationToken)
    {
        if (confirmed || options.DryRun)
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
                "The dry run failed, so nothing was changed.",
                $"Fix the problem above, or give one of {flags}.",
                ExitCodes.Failed);
        }

        if (await session.Terminal.ConfirmAsync("Make these changes now?", cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        session.Terminal.Say("Nothing was changed.");
        return false;
    }
}
