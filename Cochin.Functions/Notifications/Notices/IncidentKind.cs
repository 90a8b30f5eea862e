namespace Cochin.Functions.Notifications.Notices;

/// <summary>The kinds of incidents. The names are written to storage.</summary>
internal enum IncidentKind
{
    /// <summary>The last run of a job failed.</summary>
    Failing,

    /// <summary>A job has not succeeded for too long.</summary>
    Overdue,

    /// <summary>The last runs of a job could not process some items. Announced once, and when it is over.</summary>
    Partial,

    /// <summary>An occurrence was found too late to be caught up. Announced once.</summary>
    Missed,

    /// <summary>The table does not show whether a job is switched on, so the job does not run.</summary>
    StateUnreadable,

    /// <summary>The newest completed backup of a configuration is too old.</summary>
    BackupOverdue,

    /// <summary>A configuration has backups that a verification found damaged.</summary>
    BackupDamaged,
}
