namespace Cochin.Functions.Tasks;

/// <summary>One unit or blob that a task looked at, with the decision; a row of the <c>items</c> of <c>--verbose</c>.</summary>
/// <param name="Name">Without its area.</param>
/// <param name="Area">Without a slash, e.g. <c>temp</c>.</param>
/// <param name="AgeHours">Null where there is nothing to have an age (a record whose blob is gone).</param>
/// <param name="Bytes">The size of all blobs in it.</param>
/// <param name="Blobs">How many blobs it has.</param>
/// <param name="Decision">One of <c>delete keep register mark heal report</c>.</param>
/// <param name="Reason">One word, e.g. <c>old fresh inUse leased changed inFlight</c>.</param>
internal sealed record TaskItem(string Name, string Area, double? AgeHours, long Bytes, long Blobs, string Decision, string Reason);
