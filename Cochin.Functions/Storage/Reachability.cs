using System.Buffers;
using Azure.Storage.Blobs;

namespace Cochin.Functions.Storage;

/// <summary>
/// Checks whether a blob can be addressed by a request. `temp/../storage/a.zip` is a valid blob name, but URLs are normalized, so the
/// request would go to `storage/a.zip` or even to another container.
/// </summary>
internal static class Reachability
{
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    /// <summary>Returns why the blob can't be addressed, as text; null if it can.</summary>
    public static string? Problem(BlobContainerClient container, string blobName)
    {
        if (IsPlain(blobName))
        {
            return null;
        }

        var address = new BlobUriBuilder(container.GetBlobClient(blobName).Uri, trimBlobNameSlashes: false);
        return address.BlobContainerName == container.Name && address.BlobName == blobName
            ? null
            : $"no request can address {Short(blobName)}: it would go to {Short($"{address.BlobContainerName}/{address.BlobName}")}.";
    }

    // A fast check for most names, without building an address.
    private static bool IsPlain(ReadOnlySpan<char> name) =>
        !name.ContainsAnyExcept(PlainCharacters)
        && !name.Contains("/.", StringComparison.Ordinal)
        && !name.Contains("./", StringComparison.Ordinal)
        && name is not (['.' or '/', ..] or [.., '.']);

    private static string Short(string name) => name.Length <= 200 ? name : name[..200] + "…";
}
