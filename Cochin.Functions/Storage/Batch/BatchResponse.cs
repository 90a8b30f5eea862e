namespace Cochin.Functions.Storage.Batch;

/// <summary>What the service says about a batch.</summary>
/// <param name="Whole">About the batch as a whole; only where that is <see cref="PartResponse.Accepted"/> are there answers to the parts.</param>
/// <param name="Parts">In the order of the parts; one that was not answered has none (<see cref="PartResponse.Status"/> is 0).</param>
internal sealed record BatchResponse(PartResponse Whole, IReadOnlyList<PartResponse> Parts)
{
    public bool IsAccepted => Whole.Status == PartResponse.Accepted;
}

/// <summary>What the service says about one part of a batch.</summary>
/// <param name="Status">0 where it says nothing: then nobody knows what became of the part.</param>
/// <param name="RetryAfter">How long it asks to be left alone.</param>
internal readonly record struct PartResponse(int Status, string? ErrorCode = null, TimeSpan? RetryAfter = null)
{
    public const int Accepted = 202;

    /// <summary>Whether the same may go through another time.</summary>
    public bool IsTransient => Status is 0 or 408 or 429 or 500 or 502 or 503 or 504;

    /// <summary>Whether the service has more to do than it can.</summary>
    public bool IsOverloaded => Status is 408 or 429 or 503 or 504 || ErrorCode == "OperationTimedOut";

    public override string ToString() => Status == 0 ? "the storage gave no answer" : $"the storage answered {Status}{(ErrorCode is null ? "" : $" ({ErrorCode})")}";
}
