using System.Globalization;
using System.Text;

namespace Cochin.Bench.Stub;

/// <summary>List Blobs, with all properties that the service gives, so that reading them costs what it does there.</summary>
internal static class StubListing
{
    private const int MostInPage = 5_000;

    public static StubAnswer Page(StubRequest request, StubTempBlobs blobs)
    {
        var prefix = request.Option("prefix") ?? "";
        var delimiter = request.Option("delimiter");
        var most = request.Option("maxresults") is { } asked ? Math.Min(MostInPage, int.Parse(asked, CultureInfo.InvariantCulture)) : MostInPage;
        var start = request.Option("marker") is { Length: > 0 } marker ? int.Parse(marker, CultureInfo.InvariantCulture) : 0;
        var date = blobs.LastModified.ToString("R", CultureInfo.InvariantCulture);
        var xml = new StringBuilder(512 * 1024).Append("<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"http://127.0.0.1/devstoreaccount1/\" ContainerName=\"backups\"><Prefix>")
            .Append(prefix).Append("</Prefix><Blobs>");
        var count = 0;
        var next = "";
        string? folder = null;
        foreach (var (place, name) in blobs.From(prefix, start))
        {
            if (folder is not null && name.StartsWith(folder, StringComparison.Ordinal))
            {
                continue;
            }

            if (count == most)
            {
                next = place.ToString(CultureInfo.InvariantCulture);
                break;
            }

            count++;
            var slash = string.IsNullOrEmpty(delimiter) ? -1 : name.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            folder = slash < 0 ? null : name[..(slash + 1)];
            if (folder is null)
            {
                Blob(xml, name, place, date);
            }
            else
            {
                xml.Append("<BlobPrefix><Name>").Append(folder).Append("</Name></BlobPrefix>");
            }
        }

        return StubAnswer.Text(200, "application/xml", xml.Append("</Blobs><NextMarker>").Append(next).Append("</NextMarker></EnumerationResults>").ToString());
    }

    private static void Blob(StringBuilder xml, string name, int place, string date) => xml
        .Append("<Blob><Name>").Append(name).Append("</Name><Properties><Creation-Time>").Append(date).Append("</Creation-Time><Last-Modified>").Append(date)
        .Append("</Last-Modified><Etag>").Append(StubTempBlobs.ETag(place))
        .Append("</Etag><Content-Length>16</Content-Length><Content-Type>application/octet-stream</Content-Type><Content-Encoding /><Content-Language /><Content-CRC64 /><Content-MD5>AAAAAAAAAAAAAAAAAAAAAA==</Content-MD5>")
        .Append("<Cache-Control /><Content-Disposition /><BlobType>BlockBlob</BlobType><AccessTier>Hot</AccessTier><AccessTierInferred>true</AccessTierInferred><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>")
        .Append("<ServerEncrypted>true</ServerEncrypted></Properties><OrMetadata /></Blob>");
}
