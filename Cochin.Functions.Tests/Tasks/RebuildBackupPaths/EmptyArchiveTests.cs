using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>An empty archive is not a backup, although it has some bytes.</summary>
public sealed class EmptyArchiveTests(AzuriteServer server) : RebuildTest(server)
{
    public static TheoryData<string, byte[]> Empty => new()
    {
        { "x.sql.gz", Gzip([]) },
        { "named.sql.gz", GzipWithName("empty.sql") },
        { "twice.json.gz", [.. Gzip([]), .. Gzip([])] },
        { "X.SQL.GZ", Gzip([]) },
        { "x.zip", Zip() },
        { "comment.zip", ZipWithComment("backup of 2026-06-01") },
        { "entry.zip", Zip(("database.sql", "")) },
        { "folder.zip", Zip(("folder/", "")) },
        { "x.tar", new byte[10_240] },
        { "x.tar.gz", Gzip(new byte[10_240]) },
        { "x.tgz", Gzip([]) },
    };

    public static TheoryData<string, byte[]> Small => new()
    {
        { "x.sql.gz", Gzip("a"u8.ToArray()) },
        { "zeros.sql.gz", Gzip(new byte[4]) },
        { "x.zip", Zip(("database.sql", "a")) },
        { "two.zip", Zip(("empty", ""), ("database.sql", "a")) },
        { "x.tar", Tar() },
        { "x.tgz", Gzip(Tar()) },
        { "broken.zip", "content"u8.ToArray() },
        { "broken.gz.zip", Gzip([]) },
        { "broken.sql.gz", "content"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Empty))]
    public async Task Blob_ArchiveWithoutContent_IsReportedAndNotRegistered(string name, byte[] content)
    {
        await UploadAsync($"storage/q/{name}", content);

        foreach (var dryRun in new[] { true, false })
        {
            var result = await RunAsync(new() { DryRun = dryRun });

            result.Outcome.ShouldBe(Outcome.Completed);
            Counts(result).ShouldBe("blobs=1 ignored=1");
            result.Warnings.ShouldHaveSingleItem().ShouldStartWith($"storage/q/{name} is an archive without content ({content.Length} bytes)");
        }

        Items.ShouldAllBe(item => item.Decision == "report" && item.Reason == "empty");
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Small))]
    public async Task Blob_SmallArchive_IsRegistered(string name, byte[] content)
    {
        await UploadAsync($"storage/q/{name}", content);

        Counts(await RunAsync()).ShouldBe("blobs=1 registered=1");
    }

    [Fact]
    public async Task Blob_LargerThanAnEmptyArchiveWithAChecksum_IsNotRead()
    {
        var metadata = new Dictionary<string, string> { ["sha256"] = new string('c', 64) };
        await UploadAsync("storage/q/x.zip", Old, new string('x', EmptyArchive.MaxBytes + 1), metadata);
        var downloads = new CountingPolicy(RequestHook.IsDownload);

        Count(await RunAsync(storage: NewStorage(downloads)), "registered").ShouldBe(1);

        downloads.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Blob_YoungEmptyArchive_IsInFlight()
    {
        await UploadAsync("storage/q/x.zip", Zip(), TimeSpan.Zero);

        Counts(await RunAsync()).ShouldBe("blobs=1 inFlight=1");
    }

    [Theory]
    [InlineData("completed", 20L)]
    [InlineData("completed", null)]
    [InlineData("file_missing", 20L)]
    public async Task Record_OfAnEmptyArchive_IsReportedAndNotHealed(string status, long? size)
    {
        await UploadAsync("storage/q/x.sql.gz", Gzip([]));
        await AddBackupAsync("42", status, "storage/q/x.sql.gz", size);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("backup/42: its blob storage/q/x.sql.gz is an archive without content (20 bytes)");
        (await StatusAsync("42")).ShouldBe(status);
    }

    private async Task UploadAsync(string name, byte[] content, TimeSpan? age = null) =>
        await NewStorage(new BackdatePolicy(age ?? Old)).Backups.GetBlobClient(name)
            .UploadAsync(BinaryData.FromBytes(content), new BlobUploadOptions(), Cancellation);

    private static byte[] Gzip(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        // For empty content, .NET writes no bytes; gzip writes these 20.
        return bytes.Length > 0 ? bytes.ToArray() : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }

    private static byte[] GzipWithName(string name) => [.. Gzip([])[..3], 8, .. Gzip([])[4..10], .. Encoding.ASCII.GetBytes(name), 0, .. Gzip([])[10..]];

    private static byte[] Zip(params (string Name, string Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.ASCII.GetBytes(content));
            }
        }

        return bytes.ToArray();
    }

    private static byte[] ZipWithComment(string comment) => [.. Zip()[..20], (byte)comment.Length, 0, .. Encoding.ASCII.GetBytes(comment)];

    private static byte[] Tar()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, leaveOpen: true))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a") { DataStream = new MemoryStream("a"u8.ToArray()) });
        }

        return bytes.ToArray();
    }
}
