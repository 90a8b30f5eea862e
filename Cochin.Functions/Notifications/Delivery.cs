namespace Cochin.Functions.Notifications;

/// <summary>What came of sending a message.</summary>
/// <param name="Why">In words, without the webhook's address; null where it was delivered.</param>
internal readonly record struct Delivery(DeliveryResult Result, string? Why = null)
{
    public bool IsDelivered => Result == DeliveryResult.Delivered;

    /// <summary>How long to wait before the next message; null if Discord did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
