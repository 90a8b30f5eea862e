namespace Cochin.Functions.Tasks;

/// <summary>Why a run was skipped. The names are written to run records and JSON.</summary>
internal enum SkipReason
{
    LockHeld,
    Disabled,
    NotDue,

    /// <summary>The occurrence was found too late to be made up.</summary>
    Missed,

    /// <summary>No webhook is set.</summary>
    NotConfigured,
}
