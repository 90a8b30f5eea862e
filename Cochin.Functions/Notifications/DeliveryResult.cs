namespace Cochin.Functions.Notifications;

internal enum DeliveryResult
{
    Delivered,

    /// <summary>This message is refused and not delivered; another one may be accepted.</summary>
    Rejected,

    /// <summary>No message can be delivered now: the webhook is removed or refused, does not answer, asks to wait, or something else answered.</summary>
    Unavailable,
}
