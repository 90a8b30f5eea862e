namespace Cochin.Functions.Storage.Batch;

/// <summary>The response to a batch.</summary>
/// <param name="Whole">The response to the batch as a whole. There are responses to the parts only if it is <see cref="PartResponse.Accepted"/>.</param>
/// <param name="Parts">The responses in the order of the parts. <see cref="PartResponse.Status"/> is 0 for a part without a response.</param>
internal sealed record BatchResponse(PartResponse Whole, IReadOnlyList<PartResponse> Parts)
{
    public bool IsAccepted => Whole.Status == PartResponse.Accepted;
}

/// <summary>The response to one part of a batch.</summary>
/// <param name="Status">The HTTP status; 0 if there was no response, so that the result is unknown.</param>
/// <param name="RetryAfter">How long to wait before the next attempt.</param>
internal readonly record struct PartResponse(int Status, string? ErrorCode = null, TimeSpan? RetryAfter = null)
{
    public const int Accepted = 202;

    /// <summary>Whether the error is transient, so that a retry may succeed.</summary>
    public bool IsTransient => Status is 0 or 408 or 429 or 500 or 502 or 503 or 504;

    /// <summary>Whether the service is overloaded.</summary>
    public bool IsOverloaded => Status is 408 or 429 or 503 or 504 || ErrorCode == "OperationTimedOut";

    public override string ToString() =>
        Status == 0 ? "the storage did not answer" : $"the storage answered {Status}{(ErrorCode is null ? "" : $" ({ErrorCode})")}";
}
