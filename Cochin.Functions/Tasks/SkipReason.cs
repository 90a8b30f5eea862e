namespace Cochin.Functions.Tasks;

/// <summary>Why a run was skipped, or stopped before its work was done. The names are written to run records and JSON.</summary>
internal enum SkipReason
{
    LockHeld,
    Disabled,
    NotDue,

    /// <summary>The occurrence was found too late to be made up.</summary>
    Missed,

    /// <summary>No webhook is set.</summary>
    NotConfigured,

    /// <summary>Not skipped: its time was used up, what it has done is kept, and the next run goes on from there.</summary>
    Unfinished,

    /// <summary>Not skipped: the program was asked to stop during the run. That is no attempt at the occurrence, which stays open.</summary>
    Interrupted,
}
