namespace Cochin.Functions.Status;

/// <summary>What came of looking at one thing.</summary>
internal enum CheckResult
{
    Ok,

    /// <summary>It works, but needs attention.</summary>
    Warning,

    /// <summary>The jobs can't do their work, or don't.</summary>
    Wrong,
}
