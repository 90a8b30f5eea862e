namespace Cochin.Functions.Notifications;

/// <summary>The result of sending a message.</summary>
/// <param name="Why">The reason for the failure, without the address of the channel; null if the message was delivered.</param>
internal readonly record struct Delivery(DeliveryResult Result, string? Why = null)
{
    public bool IsDelivered => Result == DeliveryResult.Delivered;

    /// <summary>The time to wait before the next message; null if Discord did not specify one.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

internal enum DeliveryResult
{
    Delivered,

    /// <summary>The channel rejected this message. It may accept others.</summary>
    Rejected,

    /// <summary>No message can be delivered now, e.g. the channel was removed, does not respond, or throttles.</summary>
    Unavailable,
}
