namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>What came of a history.</summary>
internal sealed class Played
{
    private readonly HashSet<SentAlert> unwritten = [];

    /// <summary>The step and what did not hold; null where all did.</summary>
    public string? Failure { get; set; }

    public int Steps { get; set; }

    public Dictionary<StepKind, int> Kinds { get; } = [];

    /// <summary>How often things came about, so that a proof in which nothing happens is seen.</summary>
    public Dictionary<string, int> Events { get; } = [];

    public void Count(ProgramRun run, Reference before, Snapshot after, IReadOnlyCollection<SentAlert> sent)
    {
        Add(run.Died ? "deaths" : run.IsDry ? "dry runs" : run.Worked ? "runs to the end" : $"skipped ({run.Report.Reason})", 1);
        Add("blobs deleted", before.Blobs.Keys.Except(after.Blobs.Keys).Count());
        Add("of these in runs that died", run.Died ? before.Blobs.Keys.Except(after.Blobs.Keys).Count() : 0);
        Add("backups registered", after.Operations.Keys.Except(before.Operations.Keys).Count());
        foreach (var (key, was) in before.Operations)
        {
            Add("backups found damaged", after.Operations[key].IsDamaged && !was.IsDamaged ? 1 : 0);
            Add("backups repaired", was.IsDamaged && !after.Operations[key].IsDamaged ? 1 : 0);
            Add("backups found sound", after.Operations[key].VerifiedETag == was.VerifiedETag ? 0 : 1);
            Add(after.Operations[key].Status == was.Status ? "" : $"{was.Status} to {after.Operations[key].Status}", 1);
        }

        Add("alerts sent", sent.Count);
        Add("of these a second time", sent.Count(unwritten.Remove));
        unwritten.UnionWith(sent.Where(alert => run.Died && !after.Quotes[alert.Number].Alerts.Contains((alert.Kind, alert.Date, alert.Date))));
    }

    private void Add(string what, int count)
    {
        if (what.Length > 0 && count > 0)
        {
            Events[what] = Events.GetValueOrDefault(what) + count;
        }
    }
}
