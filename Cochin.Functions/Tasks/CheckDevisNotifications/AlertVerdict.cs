namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>What one date of a quote asks for.</summary>
internal enum AlertVerdict
{
    /// <summary>There is no date, or it is to come.</summary>
    None,

    Due,

    AlreadySent,

    /// <summary>It was not announced, and it is too late to do so.</summary>
    Expired,

    /// <summary>The date can't be read.</summary>
    Unreadable,

    /// <summary>The column that remembers the alert can't be read, so it is unknown whether it was sent.</summary>
    Unknown,
}
