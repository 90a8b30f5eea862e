using System.Globalization;

namespace Cochin.Bench.Simulation;

/// <summary>Writes pages of a blob listing as the service does: each blob with all the properties that a real answer has.</summary>
internal static class BlobPages
{
    private const int MostInPage = 5_000;

    public const string ETagStart = "0x8DE";

    private const string Written = "Tue, 01 Sep 2026 10:00:00 GMT";

    public static long ETagNumber(long index) => 100_000_000_000 + index;

    /// <param name="blobs">Null for a container without blobs.</param>
    /// <param name="deleted">What is not to be shown; null where nothing is remembered.</param>
    /// <param name="query">Of the request: <c>prefix marker maxresults delimiter startFrom</c>.</param>
    public static HttpContent Write(BlobSet? blobs, DeletedBlobs? deleted, IReadOnlyDictionary<string, string> query)
    {
        var prefix = query.GetValueOrDefault("prefix", "");
        var most = query.TryGetValue("maxresults", out var asked) ? Math.Min(int.Parse(asked, CultureInfo.InvariantCulture), MostInPage) : MostInPage;
        var page = PageBuffer.Rent();
        page.Write("<?xml version=\"1.0\" encoding=\"utf-8\"?>"u8
            + "<EnumerationResults ServiceEndpoint=\"http://127.0.0.1:10000/devstoreaccount1\" ContainerName=\"backups\"><Prefix>"u8);
        page.Write(prefix);
        page.Write("</Prefix><Blobs>"u8);

        var end = blobs?.EndOf(prefix) ?? 0;
        var next = First(blobs, prefix, query);
        for (var listed = 0; next < end && listed < most;)
        {
            if (deleted?.Contains(next) is true)
            {
                next++;
                continue;
            }

            listed++;
            next = query.TryGetValue("delimiter", out var delimiter) && delimiter.Length > 0
                ? WriteLevel(page, blobs!, next, prefix, delimiter)
                : WriteBlob(page, blobs!, next);
        }

        page.Write("</Blobs><NextMarker>"u8);
        if (next < end)
        {
            page.Write("at-"u8);
            page.Write(next);
        }

        page.Write("</NextMarker></EnumerationResults>"u8);
        return page.ToContent("application/xml");
    }

    private static long First(BlobSet? blobs, string prefix, IReadOnlyDictionary<string, string> query) =>
        blobs is null ? 0
        : query.TryGetValue("marker", out var marker) && marker.Length > 0 ? long.Parse(marker.AsSpan("at-".Length), CultureInfo.InvariantCulture)
        : Math.Max(blobs.FirstFrom(prefix), query.TryGetValue("startFrom", out var from) ? blobs.FirstFrom(from) : 0);

    /// <returns>The blob after it.</returns>
    private static long WriteBlob(PageBuffer page, BlobSet blobs, long index)
    {
        page.Write("<Blob><Name>"u8);
        page.Advance(blobs.WriteName(index, page.Rest));
        page.Write("</Name><Properties><Creation-Time>"u8);
        page.Write(Written);
        page.Write("</Creation-Time><Last-Modified>"u8);
        page.Write(Written);
        page.Write("</Last-Modified><Etag>"u8);
        page.Write(ETagStart);
        page.Write(ETagNumber(index));
        page.Write("</Etag><Content-Length>"u8);
        page.Write(BlobSet.SmallestBytes + index);
        page.Write("</Content-Length><Content-Type>application/octet-stream</Content-Type><Content-Encoding /><Content-Language />"u8
            + "<Content-CRC64 /><Content-MD5>1B2M2Y8AsgTpgAmY7PhCfg==</Content-MD5>"u8);
        page.Write("<Cache-Control /><Content-Disposition /><BlobType>BlockBlob</BlobType>"u8
            + "<AccessTier>Hot</AccessTier><AccessTierInferred>true</AccessTierInferred>"u8);
        page.Write("<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState><ServerEncrypted>true</ServerEncrypted>"u8
            + "</Properties><OrMetadata /></Blob>"u8);
        return index + 1;
    }

    /// <summary>With a delimiter, all that lies deeper is one line.</summary>
    private static long WriteLevel(PageBuffer page, BlobSet blobs, long index, string prefix, string delimiter)
    {
        var name = blobs.Name(index);
        var deeper = name.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
        if (deeper < 0)
        {
            return WriteBlob(page, blobs, index);
        }

        var folder = name[..(deeper + delimiter.Length)];
        page.Write("<BlobPrefix><Name>"u8);
        page.Write(folder);
        page.Write("</Name></BlobPrefix>"u8);
        return blobs.EndOf(folder);
    }
}
