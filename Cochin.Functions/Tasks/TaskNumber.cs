namespace Cochin.Functions.Tasks;

/// <summary>A count of a task's runs, or a number of bytes.</summary>
/// <param name="Name">As in the JSON of a run.</param>
/// <param name="Meaning">What is counted, for the help and the demo, e.g. <c>units older than the age</c>.</param>
internal sealed record TaskNumber(string Name, string Meaning)
{
    public bool IsBytes { get; init; }

    /// <summary>Its title on the status page, which draws the bytes that a job has worked through; null for what is not drawn.</summary>
    public string? Caption { get; init; }

    public KeyValuePair<string, long> Is(long value) => new(Name, value);

    /// <summary>The number in the counts or bytes of a run; 0 if it is not there.</summary>
    public long In(IReadOnlyList<KeyValuePair<string, long>> counts, IReadOnlyList<KeyValuePair<string, long>> bytes) =>
        (IsBytes ? bytes : counts).Where(number => number.Key == Name).Sum(number => number.Value);
}
