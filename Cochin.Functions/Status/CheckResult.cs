namespace Cochin.Functions.Status;

/// <summary>What came of looking at one thing.</summary>
internal enum CheckResult
{
    Ok,

    /// <summary>It works, and somebody should know something about it.</summary>
    Warning,

    /// <summary>The jobs can't do their work, or don't.</summary>
    Wrong,
}
