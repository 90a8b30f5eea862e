namespace Cochin.Functions.Notifications;

/// <summary>The result of sending a message.</summary>
/// <param name="Why">The reason, without the channel's address; null if it was delivered.</param>
internal readonly record struct Delivery(DeliveryResult Result, string? Why = null)
{
    public bool IsDelivered => Result == DeliveryResult.Delivered;

    /// <summary>How long to wait before the next message; null if Discord did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

internal enum DeliveryResult
{
    Delivered,

    /// <summary>This message is refused and not delivered; another one may be accepted.</summary>
    Rejected,

    /// <summary>No message can be delivered now: the channel is removed or refused, does not answer, asks to wait, or something else answered.</summary>
    Unavailable,
}
