namespace Cochin.Functions.Tests.Proof.Model;

/// <param name="LastSign">The latest of creation, start and heartbeat.</param>
internal sealed record ModelOperation(string Kind, string Id, string Status, DateTimeOffset LastSign, string? WorkPath, string? BlobName)
{
    public bool IsLive => Status is "pending" or "running";
}
