using Cochin.Functions.Tests.Proof.Proxy;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>How a work goes when nothing is in its way: what all others are held against.</summary>
/// <param name="Calls">What it asked of the storage and of Discord, in order.</param>
/// <param name="Alerts">What came to the channel.</param>
internal sealed record Undisturbed(IReadOnlyList<Call> Calls, StoreState End, IReadOnlyList<string> Alerts);
