namespace Cochin.Functions.Tasks;

/// <summary>How a run ended. The names are written to run records and JSON.</summary>
internal enum Outcome
{
    /// <summary>In progress. The record of a process that died keeps this outcome until the next run finds it.</summary>
    Running,

    Completed,

    /// <summary>Some items failed. If the reason is <see cref="SkipReason.Unfinished"/>, the next run continues the work.</summary>
    Partial,

    Failed,

    /// <summary>Nothing was attempted; <see cref="SkipReason"/> gives the reason.</summary>
    Skipped,

    /// <summary>The process died before it recorded a result.</summary>
    Lost,
}
