namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Things of one kind that the operator should know of: all are counted, not all are kept.</summary>
internal sealed class Finding
{
    private const int MostKept = 100;

    public long Count { get; set; }

    public List<string> Lines { get; init; } = [];

    public void Add(string line)
    {
        Count++;
        if (Lines.Count < MostKept)
        {
            Lines.Add(line);
        }
    }

    /// <summary>A warning for each, up to a limit, and one for the rest.</summary>
    public IEnumerable<string> Each() =>
        Count == Lines.Count ? Lines : [.. Lines, $"… and {Count - Lines.Count} more like these; list them all with --dry-run --verbose."];

    /// <summary>One warning for all.</summary>
    /// <param name="one">What to say of one, with an example at its end.</param>
    /// <param name="many">The same of several; their number comes before it.</param>
    public IEnumerable<string> Summary(string one, string many) =>
        Count switch { 0 => [], 1 => [$"{one} {Lines[0]}."], _ => [$"{Count} {many} {Lines[0]}."] };
}
