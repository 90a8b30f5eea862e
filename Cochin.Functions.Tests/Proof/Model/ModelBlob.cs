namespace Cochin.Functions.Tests.Proof.Model;

internal sealed record ModelBlob(DateTimeOffset WrittenAt, string ETag, bool IsLeased = false)
{
    public long Bytes { get; init; }
}
