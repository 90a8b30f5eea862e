using System.Collections.Concurrent;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Spectre.Console;

namespace Cochin.Functions.Cli;

/// <summary>Executes runs for verbs: shows a progress bar, then the result as text or JSON.</summary>
internal sealed class RunConsole(Session session, bool verbose)
{
    /// <summary>Executes one run and writes its report.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> OneAsync(Func<RunObserver, Task<RunReport>> run)
    {
        if (session.Terminal.IsJson && verbose)
        {
            return await StreamAsync(run).ConfigureAwait(false);
        }

        var (report, items) = await ObserveAsync(run).ConfigureAwait(false);
        if (session.Terminal.IsJson)
        {
            session.Write(RunDocument.From(report), CliJson.Readable.RunDocument);
        }
        else
        {
            RunView.Write(session.Terminal, report, items);
        }

        return ExitCodes.Of(report);
    }

    /// <summary>Executes runs one after the other and writes their reports, in JSON as an array. Starts no further run after cancellation.</summary>
    /// <returns>The worst exit code.</returns>
    public async Task<int> AllAsync(IEnumerable<Func<RunObserver, Task<RunReport>>> runs, CancellationToken cancellationToken)
    {
        var done = new List<(RunReport Report, IReadOnlyCollection<TaskItem>? Items)>();
        foreach (var run in runs.TakeWhile(_ => !cancellationToken.IsCancellationRequested))
        {
            var one = await ObserveAsync(run).ConfigureAwait(false);
            done.Add(one);
            if (!session.Terminal.IsJson)
            {
                RunView.Write(session.Terminal, one.Report, one.Items);
            }
        }

        if (session.Terminal.IsJson)
        {
            session.Write([.. done.Select(one => RunDocument.From(one.Report))], CliJson.Readable.RunDocumentArray);
        }

        return ExitCodes.Worst(done.Select(one => one.Report));
    }

    private async Task<int> StreamAsync(Func<RunObserver, Task<RunReport>> run)
    {
        var items = new ItemStream(session.Terminal);
        var report = await run(new RunObserver(Items: items.Add)).ConfigureAwait(false);
        items.Close(report);
        return ExitCodes.Of(report);
    }

    /// <summary>Executes one run with a progress bar, without writing its report.</summary>
    public async Task<(RunReport Report, IReadOnlyCollection<TaskItem>? Items)> ObserveAsync(Func<RunObserver, Task<RunReport>> run)
    {
        var items = verbose ? new ConcurrentQueue<TaskItem>() : null;
        Action<TaskItem>? collect = items is null ? null : items.Enqueue;
        if (!session.Terminal.ShowsProgress)
        {
            return (await run(new RunObserver(Items: collect)).ConfigureAwait(false), items);
        }

        var report = await session.Terminal.Error.Progress()
            .AutoClear(true)
            .Columns([new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new ElapsedTimeColumn(), .. TransferColumns.ForBytes()])
            .StartAsync(context =>
            {
                var bar = context.AddTask("starting");
                bar.IsIndeterminate = true;
                return run(new RunObserver(progress => Show(bar, progress), collect));
            })
            .ConfigureAwait(false);
        return (report, items);
    }

    private static void Show(ProgressTask bar, TaskProgress progress)
    {
        var count = progress.IsBytes ? "" : progress.Total is { } all ? $" {progress.Done:N0}/{all:N0}" : $" {progress.Done:N0}";
        bar.Description = Markup.Escape($"{progress.Activity}{count}");
        TransferColumns.SetBytes(bar, progress.IsBytes);
        bar.IsIndeterminate = progress.Total is null;
        if (progress.Total is { } total)
        {
            bar.MaxValue = total;
            bar.Value = progress.Done;
        }
    }
}
