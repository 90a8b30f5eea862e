namespace Cochin.Functions.Running;

/// <summary>What to do about an occurrence, seen under the lock.</summary>
internal enum OccurrenceVerdict
{
    /// <summary>It is settled.</summary>
    NotDue,

    /// <summary>It was carried out, and the runner died before it could settle it.</summary>
    AlreadyDone,

    Disabled,

    /// <summary>It was found too late to be made up.</summary>
    Missed,

    /// <summary>It failed, or killed its runner, often enough or long enough ago.</summary>
    GivenUp,

    /// <summary>The work is to be done.</summary>
    Due,
}
