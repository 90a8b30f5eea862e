namespace Cochin.Bench.Stub;

/// <param name="Left">Blobs that were not deleted yet.</param>
/// <param name="Requests">How many there were since it was filled, by kind.</param>
internal sealed record StubState(int Left, IReadOnlyDictionary<string, int> Requests);
