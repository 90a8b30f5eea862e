namespace Cochin.Functions.Tests.Proof.Model;

/// <param name="LastSign">The latest of creation, start and heartbeat.</param>
internal sealed record ModelOperation(string Kind, string Id, string Status, DateTimeOffset LastSign, string? WorkPath, string? BlobName)
{
    public string? Sha256 { get; init; }

    /// <summary>The version of the blob that was found sound.</summary>
    public string? VerifiedETag { get; init; }

    public bool IsDamaged { get; init; }

    public bool IsLive => Status is "pending" or "running";
}
