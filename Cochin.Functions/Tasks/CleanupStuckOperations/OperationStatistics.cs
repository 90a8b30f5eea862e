using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>Counts operations by kind, status and age.</summary>
internal sealed class OperationStatistics(DateTimeOffset now)
{
    private readonly SortedDictionary<(string Kind, string Status, int Age), long> counts = [];

    private static readonly (TimeSpan Below, string Name)[] Ages =
    [
        (TimeSpan.FromHours(1), "under 1 h"),
        (TimeSpan.FromHours(6), "1 h to 6 h"),
        (TimeSpan.FromDays(1), "6 h to 24 h"),
        (TimeSpan.FromDays(7), "1 d to 7 d"),
        (TimeSpan.FromDays(30), "7 d to 30 d"),
        (TimeSpan.MaxValue, "30 d and more"),
    ];

    public void Add(Operation operation)
    {
        var age = operation.CreatedAt is { } created ? Array.FindIndex(Ages, age => now - created < age.Below) : Ages.Length;
        var key = (operation.Kind, operation.Status ?? "(none)", age);
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }

    /// <summary>Returns a row for each combination of kind, status and age that occurs.</summary>
    public ResultTable ToTable() => new(
        "stats",
        "Operations by kind, status and age",
        ["kind", "status", "age", "count"],
        [.. counts.Select(count => (IReadOnlyList<object?>)[count.Key.Kind, count.Key.Status, AgeName(count.Key.Age), count.Value])]);

    private static string AgeName(int age) => age < Ages.Length ? Ages[age].Name : "unknown";
}
