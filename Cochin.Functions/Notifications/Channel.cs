namespace Cochin.Functions.Notifications;

/// <summary>The channel that messages are sent to. Each chat service has its own subclass and formatter.</summary>
internal abstract class Channel
{
    /// <summary>The environment variable with the address of the channel.</summary>
    public abstract string Setting { get; }

    public abstract bool IsConfigured { get; }

    /// <summary>Whether a probe may fail even if messages are accepted, because the address is that of a relay and not of the chat service.</summary>
    public abstract bool MayFailProbes { get; }

    /// <summary>The maximum time to deliver one message, including all attempts and delays.</summary>
    public abstract TimeSpan MaxDeliveryTime { get; }

    /// <summary>Groups items, in order, into as few messages as the service allows.</summary>
    /// <param name="write">Creates the card of an item.</param>
    public abstract IEnumerable<IReadOnlyList<T>> Pack<T>(IEnumerable<T> items, Func<T, Card> write);

    /// <summary>Sends one message. A failed delivery is returned, not thrown.</summary>
    /// <param name="throwIfStopped">Called before each attempt, because the process may have been paused.</param>
    /// <exception cref="InvalidOperationException">The channel is not configured.</exception>
    public abstract Task<Delivery> SendAsync(IReadOnlyList<Card> cards, CancellationToken cancellationToken, Action? throwIfStopped = null);

    /// <summary>Checks whether the channel exists without sending a message.</summary>
    /// <exception cref="InvalidOperationException">The channel is not configured.</exception>
    public abstract Task<Delivery> ProbeAsync(CancellationToken cancellationToken);
}
