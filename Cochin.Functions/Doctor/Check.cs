using Cochin.Functions.Storage;

namespace Cochin.Functions.Doctor;

/// <summary>The result of one check of <c>doctor</c>.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Found">What was found.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="NextStep">What to type or do to fix it; null if nothing needs to be done.</param>
internal sealed record Check(string Name, CheckResult Result, string Found, string Why, string? NextStep)
{
    /// <summary>The time limit of one check.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Fixes the problem and returns a sentence about it; null if the operator has to fix it.</summary>
    public Func<CancellationToken, Task<string>>? Fix { get; init; }

    public static Check Ok(string name, string found, string why) => new(name, CheckResult.Ok, found, why, NextStep: null);

    public static Check Warning(string name, string found, string why, string nextStep) =>
        new(name, CheckResult.Warning, found, why, nextStep);

    public static Check Wrong(string name, string found, string why, string nextStep) =>
        new(name, CheckResult.Wrong, found, why, nextStep);

    /// <summary>Runs a check with a time limit. A timeout or a storage error becomes a check that failed.</summary>
    public static async Task<IReadOnlyList<Check>> RunAsync(
        string name, string why, Func<CancellationToken, Task<IReadOnlyList<Check>>> check, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            return await check(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            const string NextStep = "Check the network and the address in CochinStorage (or AzureWebJobsStorage)";
            return [Wrong(name, $"no answer within {Timeout.TotalSeconds:0} s", why, NextStep)];
        }
        catch (Exception e) when (StorageProblem.Explain(e) is { } problem)
        {
            return [Wrong(name, problem.Message, why, problem.Hint)];
        }
    }
}

/// <summary>The result of a check.</summary>
internal enum CheckResult
{
    Ok,

    /// <summary>The jobs work, but the operator should know this.</summary>
    Warning,

    /// <summary>The jobs don't work.</summary>
    Wrong,
}
