namespace Cochin.Functions.Tasks;

/// <summary>Why a run was skipped or stopped early. The names are written to run records and JSON.</summary>
internal enum SkipReason
{
    LockHeld,
    Disabled,
    NotDue,

    /// <summary>The occurrence is too old to be caught up.</summary>
    Missed,

    /// <summary>No webhook is set.</summary>
    NotConfigured,

    /// <summary>Not skipped: the run reached its time limit and saved its progress; the next run continues from there.</summary>
    Unfinished,

    /// <summary>Not skipped: the program was stopped during the run. This does not count as an attempt, so the occurrence stays due.</summary>
    Interrupted,
}
