using System.Text.Json;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// The list of units for those who want it: each once, with what became of it. Only then are old units remembered from the
/// first listing to the second.
/// </summary>
internal sealed class UnitReport(Action<TaskItem>? items)
{
    private readonly Dictionary<string, TempUnit> waiting = [];

    /// <param name="isFinal">Nothing more will become of it: this is a dry run.</param>
    public void Found(TempUnit unit, UnitVerdict verdict, DateTimeOffset now, bool isFinal)
    {
        if (isFinal || verdict == UnitVerdict.Fresh)
        {
            items?.Invoke(Describe(unit, verdict, now));
        }
        else if (items is not null)
        {
            waiting[unit.Path] = unit;
        }
    }

    public void Handled(TempUnit unit, UnitVerdict verdict, DateTimeOffset now)
    {
        waiting.Remove(unit.Path);
        items?.Invoke(Describe(unit, verdict, now));
    }

    /// <summary>What the second listing did not show as old any more has changed.</summary>
    public void Close(DateTimeOffset now)
    {
        foreach (var unit in waiting.Values)
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
