using Cochin.Functions.Runs;

namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>Plays a history on a store of its own and holds it against the reference after each step of the program.</summary>
internal sealed class History : IAsyncDisposable
{
    private static readonly TimeSpan ADay = TimeSpan.FromDays(1);

    private readonly World world;
    private readonly Reference reference = new();
    private readonly Application application;
    private readonly CancellationToken cancellationToken;
    private Bookkeeping bookkeeping = null!;

    private History(World world, CancellationToken cancellationToken)
    {
        this.world = world;
        this.cancellationToken = cancellationToken;
        application = new Application(world, reference, cancellationToken);
    }

    /// <returns>What came of it; a failure names the step and what did not hold.</returns>
    public static async Task<Played> PlayAsync(string connectionString, IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        var played = new Played();
        await using var history = new History(await World.CreateAsync(connectionString, cancellationToken), cancellationToken);
        foreach (var job in history.world.Jobs)
        {
            // From here on it owes what comes due.
            await history.world.RunAsync(runner => runner.RunDueAsync(job.Name, cancellationToken), dieAt: null);
        }

        history.bookkeeping = new Bookkeeping(await Snapshot.ReadAsync(history.world.Storage, cancellationToken));
        foreach (var step in steps)
        {
            // A moment passes between all steps.
            history.world.Wait(TimeSpan.FromSeconds(3));
            var broken = await history.DoAsync(step, played);
            played.Steps++;
            played.Kinds[step.Kind] = played.Kinds.GetValueOrDefault(step.Kind) + 1;
            if (broken.Count > 0)
            {
                played.Failure = $"step {played.Steps}, {step}, at {history.world.Now:u} ({history.world.ProgramNow:u} by the program's clock): "
                    + $"{string.Join("; ", broken)}";
                break;
            }
        }

        return played;
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    private async Task<IReadOnlyList<string>> DoAsync(Step step, Played played)
    {
        switch (step.Kind)
        {
            case StepKind.Wait:
                world.Wait(step.Waited);
                return [];
            case StepKind.SetClock:
                world.SetClock(step.Skew);
                return [];
            case StepKind.Tick or StepKind.Run or StepKind.DryRun or StepKind.Death:
                return await RunAsync(step, played);
            default:
                await application.DoAsync(step);
                return [];
        }
    }

    private async Task<IReadOnlyList<string>> RunAsync(Step step, Played played)
    {
        var job = world.Jobs[step.Job];
        if (step.IsWhenDue && job.Schedule.Next(world.ProgramNow) - world.ProgramNow is { } left && left < ADay)
        {
            world.Wait(left);
        }

        var messages = world.Discord.Embeds.Count;
        var (report, died) = await world.RunAsync(
            runner => step.IsTick
                ? runner.RunDueAsync(job.Name, cancellationToken)
                : runner.RunJobAsync(job, step.Kind == StepKind.DryRun, RunObserver.None, cancellationToken),
            step.Kind == StepKind.Death ? 1 + (step.C % 30) : null);

        var run = new ProgramRun(job, report, died, step.IsTick, world.Now, world.ProgramNow);
        var after = await Snapshot.ReadAsync(world.Storage, cancellationToken);
        var sent = world.Discord.Embeds.Skip(messages).Select(SentAlert.Of).ToList();
        IReadOnlyList<string> broken = [.. new Invariants(reference, after, run).Check(sent), .. bookkeeping.Check(reference, after, run, sent.Count)];
        played.Count(run, reference, after, sent);

        // What was done was allowed: from here on it is how things are.
        reference.Blobs = after.Blobs;
        reference.Operations = after.Operations;
        reference.Quotes = after.Quotes;
        return broken;
    }
}
