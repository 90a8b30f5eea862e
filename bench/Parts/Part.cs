namespace Cochin.Bench.Parts;

/// <summary>One run of work that may take several.</summary>
/// <param name="Pages">Pages of blobs and of operations that were asked for.</param>
/// <param name="Changes">Requests that change blobs or operations; a batch is one.</param>
/// <param name="Others">Lock, checkpoint, audit log, run record, status page.</param>
internal sealed record Part(double Seconds, PartEnd End, int Pages, int Changes, int Others);
