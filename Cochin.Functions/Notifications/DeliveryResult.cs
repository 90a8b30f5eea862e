namespace Cochin.Functions.Notifications;

internal enum DeliveryResult
{
    Delivered,

    /// <summary>Discord does not take this message; another one may go through.</summary>
    Rejected,

    /// <summary>The webhook takes no messages now: revoked, not answering, or asking for a long wait.</summary>
    Unavailable,
}
