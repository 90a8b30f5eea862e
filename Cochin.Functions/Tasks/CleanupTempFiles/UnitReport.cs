using System.Text.Json;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// Lists each unit once with its decision, if the caller asked for items. Only then are old units kept in memory between the two listings.
/// </summary>
internal sealed class UnitReport(Action<TaskItem>? items)
{
    private readonly Dictionary<string, TempUnit> pending = [];

    /// <param name="isFinal">Whether the verdict is final: true in a dry run.</param>
    public void Found(TempUnit unit, UnitVerdict verdict, DateTimeOffset now, bool isFinal)
    {
        if (isFinal || verdict == UnitVerdict.Fresh)
        {
            items?.Invoke(Describe(unit, verdict, now));
        }
        else if (items is not null)
        {
            pending[unit.Path] = unit;
        }
    }

    public void Handled(TempUnit unit, UnitVerdict verdict, DateTimeOffset now)
    {
        pending.Remove(unit.Path);
        items?.Invoke(Describe(unit, verdict, now));
    }

    /// <summary>Lists the units that were old in the first listing but not in the second: they have changed.</summary>
    public void Close(DateTimeOffset now)
    {
        foreach (var unit in pending.Values)
        {
            items?.Invoke(Describe(unit, UnitVerdict.Changed, now));
        }
    }

    private static TaskItem Describe(TempUnit unit, UnitVerdict verdict, DateTimeOffset now) => new(
        unit.Name,
        unit.Area,
        Math.Round((now - unit.Newest).TotalHours, 2),
        unit.Bytes,
        unit.BlobCount,
        verdict == UnitVerdict.Old ? "delete" : "keep",
        JsonNamingPolicy.CamelCase.ConvertName(verdict.ToString()));
}
