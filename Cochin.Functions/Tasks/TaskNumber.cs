namespace Cochin.Functions.Tasks;

/// <summary>A number that a task reports: a count, or a number of bytes.</summary>
/// <param name="Name">The name in the JSON of a run.</param>
/// <param name="Meaning">What it counts, for the help and the demo, e.g. <c>units older than the age</c>.</param>
internal sealed record TaskNumber(string Name, string Meaning)
{
    public bool IsBytes { get; init; }

    /// <summary>The title of its chart on the status page; null if it has no chart.</summary>
    public string? Caption { get; init; }

    public KeyValuePair<string, long> Is(long value) => new(Name, value);

    /// <summary>Returns the value in the counts or bytes of a run; 0 if it is not present.</summary>
    public long In(IReadOnlyList<KeyValuePair<string, long>> counts, IReadOnlyList<KeyValuePair<string, long>> bytes) =>
        (IsBytes ? bytes : counts).Where(number => number.Key == Name).Sum(number => number.Value);
}
