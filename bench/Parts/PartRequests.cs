namespace Cochin.Bench.Parts;

/// <summary>Requests, by what they are for.</summary>
/// <param name="Pages">Pages of blobs and of operations that were asked for.</param>
/// <param name="Looks">Looks at a single blob or operation.</param>
/// <param name="Changes">Requests that change blobs or operations; a batch is one.</param>
/// <param name="Others">Lock, checkpoint, audit log, run record, status page.</param>
internal sealed record PartRequests(int Pages, int Looks, int Changes, int Others)
{
    public static PartRequests Sum(IEnumerable<PartRequests> all) =>
        all.Aggregate((one, other) => new PartRequests(
            one.Pages + other.Pages,
            one.Looks + other.Looks,
            one.Changes + other.Changes,
            one.Others + other.Others));
}
