namespace Cochin.Functions.Auditing;

/// <summary>
/// Checks that the audit log can be believed: that every line is one of ours, and that each change that is planned before it
/// is made was. A plan without a result is no damage: its run was cut off, and the plan is what explains the change.
/// </summary>
/// <param name="announced">The actions that change data, each of which is announced by a line of its own.</param>
internal sealed class AuditVerification(IReadOnlySet<string> announced)
{
    private readonly HashSet<(string Run, string Action, string Target)> earlier = [];
    private readonly HashSet<(string Run, string Action, string Target)> planned = [];
    private readonly Dictionary<string, (DateTimeOffset Time, HashSet<(string Action, string Target, string Result)> Lines)> lastBatch = [];
    private readonly List<string> unreadable = [];
    private readonly List<AuditLine> unplanned = [];

    /// <summary>How many lines were looked at.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines that none of our programs wrote, as they stand.</summary>
    public IReadOnlyList<string> Unreadable => unreadable;

    /// <summary>Changes without the line that goes before them.</summary>
    public IReadOnlyList<AuditLine> Unplanned => unplanned;

    /// <summary>Plans without a result, by run, action and target.</summary>
    public IReadOnlyCollection<(string Run, string Action, string Target)> Open => planned;

    public bool IsValid => unreadable.Count == 0 && unplanned.Count == 0;

    /// <summary>Takes in a line from before the lines that are checked: a change that it announces may be reported in them.</summary>
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
            var isAgain = !IsNew(line);
            if (!planned.Remove(change) && !earlier.Remove(change) && !isAgain && announced.Contains(line.Action))
            {
                unplanned.Add(line);
            }
        }
    }

    /// <summary>
    /// A batch whose answer got lost is appended a second time: the same lines with the same time, right after the first as far as
    /// their run goes.
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
