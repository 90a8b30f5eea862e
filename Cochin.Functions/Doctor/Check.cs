using Cochin.Functions.Storage;

namespace Cochin.Functions.Doctor;

/// <summary>One thing that was checked.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Found">What was found.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Mend">What to type or do to fix it; null if nothing needs to be done.</param>
internal sealed record Check(string Name, CheckResult Result, string Found, string Why, string? Mend)
{
    /// <summary>How long one check may take.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Fixes it, if that can do no harm, and returns what was done; null if the operator has to.</summary>
    public Func<CancellationToken, Task<string>>? Fix { get; init; }

    public static Check Ok(string name, string found, string why) => new(name, CheckResult.Ok, found, why, Mend: null);

    public static Check Warning(string name, string found, string why, string mend) => new(name, CheckResult.Warning, found, why, mend);

    public static Check Wrong(string name, string found, string why, string mend) => new(name, CheckResult.Wrong, found, why, mend);

    /// <summary>Checks something for a limited time; an error of the storage is a result.</summary>
    public static async Task<IReadOnlyList<Check>> ProbeAsync(string name, string why, Func<CancellationToken, Task<IReadOnlyList<Check>>> look, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            return await look(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [Wrong(name, $"no answer within {Limit.TotalSeconds:0} s", why, "Check the network and the address in CochinStorage (or AzureWebJobsStorage)")];
        }
        catch (Exception e) when (StorageProblem.Explain(e) is { } trouble)
        {
            return [Wrong(name, trouble.Message, why, trouble.Hint)];
        }
    }
}

/// <summary>The result of a check.</summary>
internal enum CheckResult
{
    Ok,

    /// <summary>It works, and the operator should know something about it.</summary>
    Warning,

    /// <summary>The jobs can't do their work, or don't.</summary>
    Wrong,
}
