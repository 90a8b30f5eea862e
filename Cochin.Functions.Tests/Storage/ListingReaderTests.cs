using System.Text;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Storage;

public sealed class ListingReaderTests
{
    private const string Blob = "<Blob><Name>temp/x</Name><Properties><Creation-Time>Sat, 28 Nov 2026 10:00:00 GMT</Creation-Time>"
        + "<Last-Modified>Sat, 28 Nov 2026 11:00:00 GMT</Last-Modified>"
        + "<Etag>0x8D1</Etag><Content-Length>7</Content-Length><LeaseStatus>unlocked</LeaseStatus></Properties></Blob>";

    [Fact]
    public void Read_PageOfAzure_HasTheBlobAndTheNextMarker()
    {
        var page = Read(Page(Blob, "<NextMarker>2!68!abc=</NextMarker>"));

        var blob = page.Blobs.ShouldHaveSingleItem();
        blob.ShouldBe(new ListedBlob(
            "temp/x",
            new global::Azure.ETag("0x8D1"),
            new DateTimeOffset(2026, 11, 28, 11, 0, 0, TimeSpan.Zero),
            7,
            IsLeased: false,
            new DateTimeOffset(2026, 11, 28, 10, 0, 0, TimeSpan.Zero)));
        blob.ETag.ToString("H").ShouldBe("\"0x8D1\"");
        page.Next.ShouldBe("2!68!abc=");
    }

    [Theory]
    [InlineData("<NextMarker />")]
    [InlineData("<NextMarker></NextMarker>")]
    public void Read_LastPage_HasNoNext(string marker) => Read(Page("", marker)).Next.ShouldBeNull();

    [Fact]
    public void Read_FirstLevel_HasItsFolders()
    {
        var folders = "<BlobPrefix><Name>temp/a &amp; b/</Name></BlobPrefix>" + Blob + "<BlobPrefix><Name Encoded=\"true\">temp/%2525/</Name></BlobPrefix>";

        var page = Read(Page(folders, "<NextMarker />"));

        page.Folders.ShouldBe(["temp/a & b/", "temp/%25/"]);
        page.Blobs.ShouldHaveSingleItem().Name.ShouldBe("temp/x");
    }

    [Theory]
    [InlineData("<BlobPrefix><Name>other/a/</Name></BlobPrefix>")]
    [InlineData("<BlobPrefix><Name>temp/a</Name></BlobPrefix>")]
    [InlineData("<BlobPrefix></BlobPrefix>")]
    public void Read_InvalidFolder_IsRejected(string folder) => Should.Throw<InvalidDataException>(() => Read(Page(folder, "<NextMarker />")));

    [Fact]
    public void Read_NoBlobs_IsAnEmptyPage() => Read("<EnumerationResults><Blobs/><NextMarker/></EnumerationResults>").Blobs.ShouldBeEmpty();

    [Fact]
    public void Read_LeasedBlob_IsLeased() =>
        Read(Page(Blob.Replace(">unlocked<", ">locked<", StringComparison.Ordinal))).Blobs.ShouldHaveSingleItem().IsLeased.ShouldBeTrue();

    [Theory]
    [InlineData("<Name>temp/a&amp;b &lt;c&gt; d</Name>", "temp/a&b <c> d")]
    [InlineData("<Name Encoded=\"true\">temp%2Fa%EF%BF%BE%25</Name>", "temp/a\uFFFE%")]
    [InlineData("<Name Encoded=\"false\">temp/%41</Name>", "temp/%41")]
    [InlineData("<Name>temp/%41 </Name>", "temp/%41 ")]
    public void Read_UnusualName_IsDecoded(string element, string expected) =>
        Read(Page(Blob.Replace("<Name>temp/x</Name>", element, StringComparison.Ordinal))).Blobs.ShouldHaveSingleItem().Name.ShouldBe(expected);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_Metadata_IsReadIfRequested(bool isAskedFor)
    {
        var page = Page(Blob.Replace("</Blob>", "<Metadata><Sha256>abc</Sha256><empty /></Metadata></Blob>", StringComparison.Ordinal));

        var blob = Read(page, new ListingQuery("temp/", WithMetadata: isAskedFor)).Blobs.ShouldHaveSingleItem();

        blob.Metadata?["sha256"].ShouldBe("abc");
        (blob.Metadata is not null).ShouldBe(isAskedFor);
        ProtectionReader.Of(blob).ShouldBe(Protection.None);
    }

    [Fact]
    public void Read_MetadataEncryptedWithACustomerProvidedKey_MayProtectTheBlob()
    {
        var page = Page(Blob.Replace("</Blob>", "<Metadata Encrypted=\"true\" /></Blob>", StringComparison.Ordinal));

        var blob = Read(page, new ListingQuery("temp/", WithMetadata: true)).Blobs.ShouldHaveSingleItem();

        ProtectionReader.Of(blob).ShouldBe(Protection.Unreadable);
    }

    [Fact]
    public void Read_TruncatedPage_Throws()
    {
        var page = Page(Blob + Blob, "<NextMarker />");

        for (var length = 0; length < page.Length; length++)
        {
            Should.Throw<InvalidDataException>(() => Read(page[..length]), $"read a page that ends after {length} characters");
        }
    }

    [Theory]
    [InlineData("<Last-Modified>Sat, 28 Nov 2026 11:00:00 GMT</Last-Modified>", "")]
    [InlineData("<Last-Modified>Sat, 28 Nov 2026 11:00:00 GMT</Last-Modified>", "<Last-Modified />")]
    [InlineData("<Last-Modified>Sat, 28 Nov 2026 11:00:00 GMT</Last-Modified>", "<Last-Modified>yesterday</Last-Modified>")]
    [InlineData("<Etag>0x8D1</Etag>", "")]
    [InlineData("<Etag>0x8D1</Etag>", "<Etag />")]
    [InlineData("<Name>temp/x</Name>", "")]
    [InlineData("<Name>temp/x</Name>", "<Name>storage/x</Name>")]
    [InlineData("<NextMarker />", "")]
    [InlineData("EnumerationResults", "Error")]
    public void Read_PageWithoutRequiredElements_Throws(string part, string instead)
    {
        var page = Page(Blob, "<NextMarker />").Replace(part, instead, StringComparison.Ordinal);

        Should.Throw<InvalidDataException>(() => Read(page));
    }

    private static string Page(string blobs, string marker = "<NextMarker />") =>
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
        + "<EnumerationResults ServiceEndpoint=\"https://account.blob.core.windows.net/\" ContainerName=\"backups\">"
        + $"<Prefix>temp/</Prefix><MaxResults>5</MaxResults><Blobs>{blobs}</Blobs>{marker}</EnumerationResults>";

    private static ListedPage Read(string page, ListingQuery? query = null) =>
        ListingReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(page)), query ?? new ListingQuery("temp/"));
}
