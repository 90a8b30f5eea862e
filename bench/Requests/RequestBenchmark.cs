using System.Globalization;
using Cochin.Bench.Contestants;
using Cochin.Bench.Running;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;

namespace Cochin.Bench.Requests;

/// <summary>The fixed cost of the program: what a tick and a run send that find nothing to do.</summary>
internal sealed class RequestBenchmark : Benchmark
{
    private const string Job = CleanupTempFilesDescription.Name;
    private const string OfTick = "requests_not_due_tick";
    private const string OfRun = "requests_empty_run";

    // By kind, as recorded.
    private static readonly IReadOnlyDictionary<string, string> Purposes = new Dictionary<string, string>
    {
        ["GET CochinJobs"] = "run: the job's state, before the lock and under it; notices: all states and notices; page: all states",
        ["PUT lease cochin/locks/"] = "run: take and release the lock",
        ["PUT metadata cochin/locks/"] = "run: the name of the holder",
        ["GET CochinRuns"] = "run: dead runs and earlier attempts, old records; page: the runs of thirty days",
        ["POST CochinRuns"] = "run: its record, before the work",
        ["PUT CochinRuns"] = "run: its outcome",
        ["PUT CochinJobs"] = "run: settles the occurrence",
        ["PUT appendblock cochin/audit/"] = "run: the audit line; the first one of a day is refused, because its blob does not exist",
        ["PUT cochin/audit/"] = "run: creates the audit blob of the day",
        ["GET CochinOperations"] = "work: the live operations; page: operations and backups",
        ["GET list backups/temp/"] = "work: the area",
        ["GET list backups/restore_temp/"] = "work: the area",
        ["GET list backups/uploads/"] = "work: the area",
        ["GET CochinConfigurations"] = "page: which backups are expected",
        ["GET backups"] = "page: whether the container exists",
        ["GET list cochin/audit/"] = "page: the blobs of the audit log",
        ["GET cochin/audit/"] = "page: the end of each that has changed",
        ["GET list cochin/status/"] = "page: its version, unless this process published the last one",
        ["PUT cochin/status/status.json"] = "page",
        ["PUT cochin/status/index.html"] = "page",
    };

    public override string Name => "requests";

    public override string Title => "Requests of a tick and of a run with nothing to do";

    public override string About =>
        "On one Azurite: the requests that the program sends to the storage. A process with the default jobs and a channel runs them all for days of its "
        + "clock, with a tick every 15 minutes; there is one backup, no temporary blob, and no problem to report. Counted are ticks of "
        + $"`{Job}` at which it is not due, and its nightly run, until its notices are checked and the status page is published.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(OfTick, GoalKind.AtMost, 1, "requests of a tick at which the job is not due"),
        new(OfRun, GoalKind.AtMost, 8, "requests of a nightly run that finds nothing to delete, with its notices and the status page"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Node];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        await using var azurite = await BenchAzurite.StartAsync(context, cancellationToken);
        await using var program = await SteadyProgram.StartAsync(azurite, cancellationToken);
        for (var night = 0; night < 2; night++)
        {
            await program.AdvanceUntilDueAsync(Job, cancellationToken);
        }

        List<string> ofTicks = [], ofRuns = [];
        for (var night = 0; night < context.Rounds; night++)
        {
            await CountAsync(program, ofRuns, Outcome.Completed, cancellationToken);
            await CountAsync(program, ofTicks, Outcome.Skipped, cancellationToken);
            await program.AdvanceUntilDueAsync(Job, cancellationToken);
        }

        return new Findings
        {
            Ratios = new Dictionary<string, double> { [OfTick] = ofTicks.Count / (double)context.Rounds, [OfRun] = ofRuns.Count / (double)context.Rounds },
            Tables =
            [
                new FindingsTable(
                    $"Requests of a run with nothing to delete; means of {context.Rounds} nights",
                    ["request", "number", "what for"],
                    [
                        .. ofRuns.CountBy(kind => kind).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => (IReadOnlyList<string>)
                            [$"`{kind.Key}`", Mean(kind.Value, context.Rounds), Purposes.GetValueOrDefault(kind.Key, "")]),
                        ["all", Mean(ofRuns.Count, context.Rounds), ""],
                    ]),
            ],
            Reasons = new Dictionary<string, string>
            {
                [OfRun] = "The storage contract alone needs 10 for a scheduled run: is it due, lock (2), dead runs, is it still due, record, outcome, "
                    + "settlement, audit line, release. The query for records past their time, the work (4: operations and three areas) and the first audit "
                    + "line of a day (2 more) make 17. One reads all notices and states. The page needs 9 if the process published the last one, else up to "
                    + "3 more. It is published after each run, because the run itself changes it, and reads all operations, because a deleted row "
                    + "leaves no trace (docs/decisions/0013-the-page-reads-everything.md).",
            },
            Notes =
            [
                "Once an hour a tick sends one more: it records that the job is checked.",
                "One more is sent when a record is past its time (90 days), which for a daily job is each night from then on: the deletion. "
                + "Each further 1,000 operations are one more page for the work and one for the status page.",
            ],
        };
    }

    private static async Task CountAsync(SteadyProgram program, List<string> kinds, Outcome expected, CancellationToken cancellationToken)
    {
        program.Requests.Take();
        if (await program.RunAsync(Job, cancellationToken) is { } report && report.Outcome != expected)
        {
            throw new BenchException($"the run ended as {report.Outcome} and not as {expected}.");
        }

        kinds.AddRange(program.Requests.Take());
    }

    private static string Mean(int count, int rounds) => (count / (double)rounds).ToString("0.##", CultureInfo.InvariantCulture);
}
