using Cochin.Functions.Storage;

namespace Cochin.Functions.Status;

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Found">What was found.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Mend">What to type or do; null where nothing is to be done.</param>
internal sealed record Check(string Name, CheckResult Result, string Found, string Why, string? Mend)
{
    public static Check Ok(string name, string found, string why) => new(name, CheckResult.Ok, found, why, Mend: null);

    public static Check Warning(string name, string found, string why, string mend) => new(name, CheckResult.Warning, found, why, mend);

    public static Check Wrong(string name, string found, string why, string mend) => new(name, CheckResult.Wrong, found, why, mend);

    /// <summary>Looks at something in the storage; trouble with the storage is what it finds.</summary>
    public static async Task<IReadOnlyList<Check>> ProbeAsync(string name, string why, Func<Task<IReadOnlyList<Check>>> look)
    {
        try
        {
            return await look().ConfigureAwait(false);
        }
        catch (Exception e) when (StorageTrouble.Explain(e) is { } trouble)
        {
            return [Wrong(name, trouble.Message, why, trouble.Hint)];
        }
    }
}
