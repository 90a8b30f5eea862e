using System.CommandLine;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli.Verbs;

internal static class HistoryVerb
{
    // An unknown name is most likely mistyped, so it is reported soon even if the storage does not answer.
    private static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(10);

    public static Verb Create()
    {
        var name = new Argument<string?>("JOB") { Description = "Name or id of a job (default: all)", Arity = ArgumentArity.ZeroOrOne };
        var limit = new Option<int>("--limit") { Description = "Maximum number of runs", HelpName = "N", DefaultValueFactory = _ => 100 };
        var outcomes = new Option<string[]>("--outcome")
        {
            Description = "Only runs with this outcome; may be repeated",
            HelpName = "completed|partial|failed|skipped|lost|running",
            AllowMultipleArgumentsPerToken = true,
        };
        var since = OptionValues.Since("Only runs that started since");
        return new Verb("history", "List past runs, newest first", "history", "history rebuild_backup_paths --limit 5", "history --outcome failed --since 7d")
        {
            Execute = async (session, cancellationToken) =>
            {
                if (session.Value(limit) < 1)
                {
                    throw new CliException("usage", "--limit must be 1 or more.", "For example: --limit 20.");
                }

                var time = await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false);
                var wanted = (session.Value(outcomes) ?? []).Select(ReadOutcome).ToHashSet();
                var from = session.Value(since) is { } text
                    ? OptionValues.ReadSince(text, time.GetUtcNow(), session.Jobs()[0].Schedule.TimeZone)
                    : DateTimeOffset.MinValue;
                bool IsWanted(RunReport run) => wanted.Count == 0 || wanted.Contains(run.Outcome);
                var runs = await ReadAsync(session, session.Value(name), IsWanted, from, session.Value(limit), cancellationToken).ConfigureAwait(false);
                if (session.Terminal.IsJson)
                {
                    session.Write(new RunsDocument([.. runs.Select(RunDocument.From)]), CliJson.Readable.RunsDocument);
                    return ExitCodes.Done;
                }

                Write(session.Terminal, runs, isFiltered: wanted.Count > 0 || session.Value(since) is not null, session.Jobs()[0].Schedule.TimeZone);
                return ExitCodes.Done;
            },
        }.With(name, outcomes, since, limit);
    }

    private static Outcome ReadOutcome(string text) =>
        Enum.TryParse<Outcome>(text, ignoreCase: true, out var outcome) && Enum.IsDefined(outcome) && !char.IsDigit(text[0])
        ? outcome
        : throw new CliException(
            "usage",
            $"'{text}' is not an outcome.{Suggestion.For(text, Enum.GetNames<Outcome>())}",
            $"The outcomes are {string.Join(", ", Enum.GetNames<Outcome>()).ToLowerInvariant()}.");

    private static async Task<List<RunReport>> ReadAsync(
        Session session,
        string? name,
        Func<RunReport, bool> isWanted,
        DateTimeOffset since,
        int limit,
        CancellationToken cancellationToken)
    {
        // Runs of a task started by hand are stored under the task's name.
        var tasks = session.Jobs().Select(job => job.Task).Distinct().ToList();
        var partitions = name is null ? session.Jobs().Select(job => job.Name).Union(tasks).ToList()
            : tasks.Contains(name) ? [name]
            : [await FindAsync(session, name, cancellationToken).ConfigureAwait(false)];

        var history = await session.GetAsync<RunHistory>(cancellationToken).ConfigureAwait(false);
        var newest = await Task.WhenAll(partitions
            .Select(partition => history.ListAsync(partition, cancellationToken).TakeWhile(run => run.StartedAt >= since).Where(isWanted).Take(limit))
            .Select(runs => runs.ToListAsync(cancellationToken).AsTask()))
            .ConfigureAwait(false);
        return [.. newest.SelectMany(runs => runs).OrderByDescending(run => run.StartedAt).Take(limit)];
    }

    /// <summary>Returns the name of a job, including one that is no longer defined but has run.</summary>
    private static async Task<string> FindAsync(Session session, string nameOrId, CancellationToken cancellationToken)
    {
        if (session.Settings.Jobs.Find(nameOrId) is { } job)
        {
            return job.Name;
        }

        try
        {
            var history = await session.GetAsync<RunHistory>(cancellationToken).ConfigureAwait(false);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(LookupTimeout);
            if (await history.LatestAsync(nameOrId, limit.Token).ConfigureAwait(false) is { } run)
            {
                return run.Job;
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e is OperationCanceledException || StorageProblem.Explain(e) is not null))
        {
            // Report the unknown name rather than the storage error.
        }

        return session.Jobs([nameOrId])[0].Name;
    }

    private static void Write(Terminal terminal, List<RunReport> runs, bool isFiltered, TimeZoneInfo zone)
    {
        if (runs.Count == 0)
        {
            terminal.Line(isFiltered ? "No matching runs." : "No runs yet. Try ./cochin test all, then ./cochin run all.");
            return;
        }

        var table = new TextTable("started", "job", "trigger", "outcome", "took", "what", "run");
        foreach (var run in runs)
        {
            var what = run.Error ?? string.Join(", ", run.Counts.Where(count => count.Value != 0).Select(count => $"{count.Key} {Units.English.Number(count.Value)}"));
            table.Add(
                Units.English.Time(run.StartedAt, zone),
                run.Job,
                run.IsTyped ? "Typed" : run.Trigger.ToString(),
                Words.Outcome(run.Outcome, run.Reason),
                run.Duration is { } took ? Units.English.Took(took) : "—",
                what,
                run.RunId);
        }

        table.Write(terminal);
        terminal.Line("Details of a run: ./cochin explain RUN");
    }
}
