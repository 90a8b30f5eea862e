namespace Cochin.Bench.Running;

/// <summary>What a benchmark found.</summary>
internal sealed record Findings
{
    /// <summary>By the names of the goals; others are allowed.</summary>
    public required IReadOnlyDictionary<string, double> Ratios { get; init; }

    public required IReadOnlyList<FindingsTable> Tables { get; init; }

    /// <summary>Why a goal was missed, by the ratio's name: known by measurement, shown where it was missed.</summary>
    public IReadOnlyDictionary<string, string> Reasons { get; init; } = new Dictionary<string, string>();

    /// <summary>What a reader should know beside the tables, a sentence or two each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
