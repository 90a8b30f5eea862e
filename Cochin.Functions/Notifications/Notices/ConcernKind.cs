namespace Cochin.Functions.Notifications.Notices;

/// <summary>What is announced. The names are written to storage.</summary>
internal enum ConcernKind
{
    /// <summary>A job's last run failed.</summary>
    Failing,

    /// <summary>A job went without success for too long.</summary>
    Overdue,

    /// <summary>An occurrence was found too late to be made up: an event, announced once.</summary>
    Missed,

    /// <summary>The table does not show whether a job is switched on, so it does not run.</summary>
    StateUnreadable,

    /// <summary>A configuration's newest completed backup is too old.</summary>
    BackupOverdue,

    /// <summary>A configuration has backups that a verification has found damaged.</summary>
    BackupDamaged,
}
