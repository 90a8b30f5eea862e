namespace Cochin.Functions.Storage.Batch;

/// <summary>What the service says about a batch.</summary>
/// <param name="Whole">About the batch as a whole; only where that is <see cref="PartAnswer.Accepted"/> are there answers to the parts.</param>
/// <param name="Parts">In the order of the parts; one that was not answered has none (<see cref="PartAnswer.Status"/> is 0).</param>
internal sealed record BatchAnswer(PartAnswer Whole, IReadOnlyList<PartAnswer> Parts)
{
    public bool IsAccepted => Whole.Status == PartAnswer.Accepted;
}
