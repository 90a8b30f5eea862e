namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Findings of one kind for the operator. All are counted, but only the first ones are kept.</summary>
internal sealed class Finding
{
    private const int MaxKept = 100;

    public long Count { get; set; }

    public List<string> Lines { get; init; } = [];

    public void Add(string line)
    {
        Count++;
        if (Lines.Count < MaxKept)
        {
            Lines.Add(line);
        }
    }

    /// <summary>Returns a warning for each kept finding, and one for the rest.</summary>
    public IEnumerable<string> Each() =>
        Count == Lines.Count ? Lines : [.. Lines, $"… and {Count - Lines.Count} more; list all with --dry-run --verbose."];

    /// <summary>Returns one warning for all findings; empty if there are none.</summary>
    /// <param name="one">The text for one finding, which is appended.</param>
    /// <param name="many">The text for several. Their number is prepended, the first finding appended.</param>
    public IEnumerable<string> Summary(string one, string many) =>
        Count switch { 0 => [], 1 => [$"{one} {Lines[0]}."], _ => [$"{Count} {many} {Lines[0]}."] };
}
