namespace Cochin.Functions.Notifications;

/// <summary>What came of sending a message.</summary>
/// <param name="Why">In words, without the webhook's address; null where it was delivered.</param>
internal readonly record struct Delivery(DeliveryResult Result, string? Why = null)
{
    public bool IsDelivered => Result == DeliveryResult.Delivered;

    /// <summary>How long to leave the webhook alone; null where nobody said.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
