using System.CommandLine;
using System.Diagnostics;
using Cochin.Functions.Cli;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Spectre.Console;

namespace Cochin.Functions.Local.Demo;

internal static class DemoVerb
{
    public static Verb Create()
    {
        var reset = new Option<bool>("--reset") { Description = "Clear the storage of the demo and start over" };
        return new Verb(
            "demo",
            "Run all jobs on sample data in an embedded storage, and show what they do",
            "demo",
            "demo --reset")
        {
            Execute = async (session, cancellationToken) =>
            {
                var discord = new FakeDiscord();
                await using (discord.ConfigureAwait(false))
                {
                    var view = new DemoView(session.Terminal);
                    view.Begin();
                    await session.OpenIsolatedAsync([.. discord.Settings, .. DemoContent.Settings], cancellationToken).ConfigureAwait(false);
                    view.Filled(await FillAsync(session, session.Value(reset), cancellationToken).ConfigureAwait(false));
                    return await RunAllAsync(session, view, discord, cancellationToken).ConfigureAwait(false);
                }
            },
        }.With(reset);
    }

    /// <returns>The sample data; null if an earlier demo has already filled the storage.</returns>
    private static async Task<DemoContent?> FillAsync(Session session, bool reset, CancellationToken cancellationToken)
    {
        var settings = await session.GetAsync<CochinSettings>(cancellationToken).ConfigureAwait(false);
        var time = await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false);
        var store = new DemoStore(await session.GetAsync<StorageConnection>(cancellationToken).ConfigureAwait(false), settings.Names);
        var state = await store.ReadStateAsync(cancellationToken).ConfigureAwait(false);
        if (state == DemoState.Foreign)
        {
            throw new CliException(
                "not_demo",
                "The embedded storage has backups, operations or quotes that the demo did not create, so it was not used.",
                "To see the demo, rename the folder .azurite of this checkout, and rename it back afterwards.");
        }

        if (state == DemoState.Filled && !reset)
        {
            return null;
        }

        if (state != DemoState.Empty && reset)
        {
            await store.ClearAsync(cancellationToken).ConfigureAwait(false);
        }

        var now = time.GetUtcNow();
        var content = new DemoContent(now, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, settings.TimeZone).DateTime));
        await FillAsync(session.Terminal, store, content, cancellationToken).ConfigureAwait(false);
        return content;
    }

    private static Task FillAsync(Terminal terminal, DemoStore store, DemoContent content, CancellationToken cancellationToken) =>
        !terminal.ShowsProgress
            ? store.FillAsync(content, static _ => { }, cancellationToken)
            : terminal.Error.Progress().AutoClear(true).StartAsync(context =>
            {
                var bar = context.AddTask("filling the storage", maxValue: DemoContent.Blobs.Count);
                return store.FillAsync(content, count => bar.Value = count, cancellationToken);
            });

    private static async Task<int> RunAllAsync(Session session, DemoView view, FakeDiscord discord, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var runner = await session.GetAsync<JobRunner>(cancellationToken).ConfigureAwait(false);
        var console = new RunConsole(session, verbose: true);
        var reports = new List<RunReport>();
        foreach (var job in (await session.GetAsync<JobCatalog>(cancellationToken).ConfigureAwait(false)).Jobs)
        {
            view.Job(job);
            var (report, items) = await console.ObserveAsync(observer => runner.RunJobAsync(job, dryRun: false, observer, cancellationToken))
                .ConfigureAwait(false);
            view.Ran(report, items ?? [], discord.Take());
            reports.Add(report);
            cancellationToken.ThrowIfCancellationRequested();
        }

        view.End(reports, clock.Elapsed);
        if (session.Terminal.IsJson)
        {
            session.Write([.. reports.Select(report => RunDocument.From(report))], CliJson.Readable.RunDocumentArray);
        }

        // The sample data contains a damaged backup, so verification ends as Partial. That is not a failure of the demo.
        return ExitCodes.Worst(
            reports.Where(report => report.Outcome != Outcome.Partial || report.Counts.Any(count => count is { Key: "failed", Value: > 0 })));
    }
}
