namespace Cochin.Functions.Auditing;

/// <summary>
/// Checks that the audit log can be believed: that every line is one of ours, and that each change that is planned before it
/// is made was. A plan without a result is no damage: its run was cut off, and the plan is what explains the change.
/// </summary>
internal sealed class AuditVerification
{
    // An append whose answer got lost is sent again; the storage gives up doing so well before this.
    private static readonly TimeSpan MayBeRepeated = TimeSpan.FromMinutes(10);

    private readonly HashSet<(string Run, string Action, string Target)> planned = [];
    private readonly HashSet<AuditLine> recent = [];
    private readonly Queue<AuditLine> recentInOrder = new();
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

    public bool IsSound => unreadable.Count == 0 && unplanned.Count == 0;

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
        else if (AuditLine.IsPlanned(line.Action) && !IsRepeated(line) && !planned.Remove(change))
        {
            unplanned.Add(line);
        }
    }

    private bool IsRepeated(AuditLine line)
    {
        while (recentInOrder.TryPeek(out var oldest) && line.Time - oldest.Time > MayBeRepeated)
        {
            recent.Remove(recentInOrder.Dequeue());
        }

        if (!recent.Add(line))
        {
            return true;
        }

        recentInOrder.Enqueue(line);
        return false;
    }
}
