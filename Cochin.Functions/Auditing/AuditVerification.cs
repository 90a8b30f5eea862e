namespace Cochin.Functions.Auditing;

/// <summary>
/// Checks the audit log: this program wrote every line, and every change to data was announced by a planned line. A planned line without a
/// result is valid: the run was interrupted, and the line explains the change it may have made.
/// </summary>
/// <param name="announced">The actions that must be announced by a planned line.</param>
internal sealed class AuditVerification(IReadOnlySet<string> announced)
{
    private readonly HashSet<(string Run, string Action, string Target)> earlier = [];
    private readonly HashSet<(string Run, string Action, string Target)> planned = [];
    private readonly Dictionary<string, (DateTimeOffset Time, HashSet<(string Action, string Target, string Result)> Lines)> lastBatch = [];
    private readonly List<string> unreadable = [];
    private readonly List<AuditLine> unplanned = [];

    /// <summary>The number of lines checked.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines that this program did not write, unchanged.</summary>
    public IReadOnlyList<string> Unreadable => unreadable;

    /// <summary>Changes without a planned line before them.</summary>
    public IReadOnlyList<AuditLine> Unplanned => unplanned;

    /// <summary>Planned lines without a result.</summary>
    public IReadOnlyCollection<(string Run, string Action, string Target)> Open => planned;

    public bool IsValid => unreadable.Count == 0 && unplanned.Count == 0;

    /// <summary>Adds a line from before the checked range. It may announce a change that is within the range.</summary>
    public void AddEarlier(AuditLine line)
    {
        if (line.Result == AuditLine.Planned)
        {
            earlier.Add((line.Run, line.Action, line.Target));
        }
    }

    public void Add(AuditLine line)
    {
        Lines++;
        var change = (line.Run, line.Action, line.Target);
        if (line.Action == AuditLine.Unreadable)
        {
            unreadable.Add(line.Target);
        }
        else if (line.Result == AuditLine.Planned)
        {
            planned.Add(change);
        }
        else
        {
            var isRepeated = !IsNew(line);
            if (!planned.Remove(change) && !earlier.Remove(change) && !isRepeated && announced.Contains(line.Action))
            {
                unplanned.Add(line);
            }
        }
    }

    /// <summary>
    /// Whether the line is not a repetition. A batch whose response was lost is appended again: the same lines with the same time, with no
    /// other lines of the run in between.
    /// </summary>
    private bool IsNew(AuditLine line)
    {
        if (!lastBatch.TryGetValue(line.Run, out var batch) || batch.Time != line.Time)
        {
            batch = lastBatch[line.Run] = (line.Time, []);
        }

        return batch.Lines.Add((line.Action, line.Target, line.Result));
    }
}
