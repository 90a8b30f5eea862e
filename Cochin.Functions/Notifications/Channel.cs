namespace Cochin.Functions.Notifications;

/// <summary>The channel that messages go to. A chat service is one class of this kind, with its own formatter.</summary>
internal abstract class Channel
{
    /// <summary>The setting with its address, as an environment variable.</summary>
    public abstract string Setting { get; }

    public abstract bool IsConfigured { get; }

    /// <summary>Whether it may take messages and still fail a probe, as it is not the chat service itself.</summary>
    public abstract bool MayFailProbes { get; }

    /// <summary>The longest time that the delivery of one message can take, with all its attempts and waits.</summary>
    public abstract TimeSpan LongestDelivery { get; }

    /// <summary>Distributes items over as few messages as the service allows, in order.</summary>
    /// <param name="write">Writes the card of an item.</param>
    public abstract IEnumerable<IReadOnlyList<T>> Pack<T>(IEnumerable<T> items, Func<T, Card> write);

    /// <summary>Sends one message. A failure is a result; only the caller's cancellation is thrown.</summary>
    /// <param name="throwIfStopped">Called before each attempt: a process that was paused wakes up in the middle of one.</param>
    /// <exception cref="InvalidOperationException">The channel is not configured.</exception>
    public abstract Task<Delivery> SendAsync(IReadOnlyList<Card> cards, CancellationToken cancellationToken, Action? throwIfStopped = null);

    /// <summary>Checks whether the channel exists, without posting to it.</summary>
    /// <exception cref="InvalidOperationException">The channel is not configured.</exception>
    public abstract Task<Delivery> ProbeAsync(CancellationToken cancellationToken);
}
