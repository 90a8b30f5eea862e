using System.Buffers;
using Azure.Storage.Blobs;

namespace Cochin.Functions.Storage;

/// <summary>
/// Which blobs a request can name. `temp/../storage/a.zip` can be the name of a blob, but an address is taken apart and put together
/// on the way, and the request goes to `storage/a.zip`, or to another container.
/// </summary>
internal static class Reachability
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    /// <summary>Why no request can be about the blob, in words; null where one can.</summary>
    public static string? Problem(BlobContainerClient container, string blobName)
    {
        if (IsPlain(blobName))
        {
            return null;
        }

        var address = new BlobUriBuilder(container.GetBlobClient(blobName).Uri, trimBlobNameSlashes: false);
        return address.BlobContainerName == container.Name && address.BlobName == blobName
            ? null
            : $"no request can name {Short(blobName)}, it would go to {Short($"{address.BlobContainerName}/{address.BlobName}")}.";
    }

    // Most are, and need no address to be made to find out.
    private static bool IsPlain(ReadOnlySpan<char> name) =>
        !name.ContainsAnyExcept(Plain) && !name.Contains("/.", StringComparison.Ordinal) && !name.Contains("./", StringComparison.Ordinal) && name is not (['.' or '/', ..] or [.., '.']);

    private static string Short(string name) => name.Length <= 200 ? name : name[..200] + "…";
}
