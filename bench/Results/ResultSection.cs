using System.Globalization;
using Cochin.Bench.Running;

namespace Cochin.Bench.Results;

/// <summary>The result of a benchmark as stored in <c>results.json</c>; its section of <c>RESULTS.md</c> is generated from it.</summary>
internal sealed record ResultSection
{
    public required string Title { get; init; }

    public required string About { get; init; }

    public required string Command { get; init; }

    /// <summary>The UTC day, <c>yyyy-MM-dd</c>.</summary>
    public required string Date { get; init; }

    public required double Minutes { get; init; }

    public required MachineFacts Machine { get; init; }

    public required IReadOnlyDictionary<string, double> Ratios { get; init; }

    public required IReadOnlyList<GoalResult> Goals { get; init; }

    public required IReadOnlyList<FindingsTable> Tables { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public static ResultSection Of(Benchmark benchmark, Findings findings, MachineFacts machine, TimeSpan took, bool isQuick)
    {
        var rounded = findings with { Ratios = findings.Ratios.ToDictionary(ratio => ratio.Key, ratio => Round(ratio.Value)) };
        return new ResultSection
        {
            Title = benchmark.Title,
            About = benchmark.About,
            Command = $"./cochin bench {benchmark.Name}{(isQuick ? " --quick" : "")}",
            Date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Minutes = Math.Round(took.TotalMinutes, 1),
            Machine = machine,
            Ratios = rounded.Ratios,

            // A quick run may not measure every ratio with a goal.
            Goals = [.. benchmark.Goals.Where(goal => findings.Ratios.ContainsKey(goal.Ratio)).Select(goal => GoalResult.Of(goal, rounded))],
            Tables = findings.Tables,
            Notes = findings.Notes,
        };
    }

    private static double Round(double value) => Math.Round(value, value < 10 ? 3 : 1);
}
