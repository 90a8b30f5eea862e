namespace Cochin.Functions.Running;

/// <summary>What to do about an occurrence, seen under the lock.</summary>
internal enum OccurrenceVerdict
{
    /// <summary>It is settled.</summary>
    NotDue,

    /// <summary>It was carried out, and the runner died before it could settle it.</summary>
    AlreadyDone,

    Disabled,

    /// <summary>It can't be read whether the job is switched on: not now, and not settled either.</summary>
    SwitchUnreadable,

    /// <summary>It was found too late to be made up.</summary>
    Missed,

    /// <summary>It failed, or killed its runner, often enough or long enough ago.</summary>
    GivenUp,

    /// <summary>It was begun, and its parts did not come to an end.</summary>
    TakesTooLong,

    /// <summary>The work is to be done, or gone on with.</summary>
    Due,
}
