using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

/// <summary>Backups whose blob was overwritten after their record was written.</summary>
public sealed class RewrittenBackupTests(AzuriteServer server) : PruneTest(server)
{
    private static readonly PruneBackupsOptions Within30Days = new() { Keep = new KeepRules(WithinDays: 30) };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Blob_WithAnotherChecksumAndWrittenLater_IsKeptAndNamed(bool isVerified)
    {
        await AddBackupAsync("1", 40);
        await RewriteAsync("2", days: 2, "CONTENT", isVerified);

        var result = await RunAsync(Within30Days);

        Counts(result).ShouldBe("examined=2 kept=2");
        (ReasonOf("1"), ReasonOf("2")).ShouldBe(("keep newest", "keep rewritten"));
        result.Outcome.ShouldBe(Outcome.Completed);
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("backup/2 was kept and does not count: its blob was written after its record (");
    }

    [Fact]
    public async Task Blob_OfAnotherSizeAndWrittenLater_IsKeptAndTakesNoPlace()
    {
        await AddBackupAsync("1", 61);
        await AddBackupAsync("2", 2);
        await RecordAsync("2", 60, ("SizeBytes", 5L));
        await AddBackupAsync("3", 62);

        Counts(await RunAsync()).ShouldBe("examined=3 kept=2 pruned=1");

        (ReasonOf("1"), ReasonOf("2"), ReasonOf("3")).ShouldBe(("keep last", "keep rewritten", "prune policy"));
    }

    [Fact]
    public async Task Blob_RegisteredWithTheTimeOfAnEarlierFile_IsKept()
    {
        var made = TimeProvider.System.GetUtcNow().AddDays(-60);
        await AddBackupAsync("1", 40);
        await UploadAsync(BlobOf("2"), TimeSpan.FromDays(2), metadata: new Dictionary<string, string>
        {
            ["mtime"] = made.AddDays(30).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        });
        await RecordAsync("2", 60, ("CreatedBy", "rebuild_backup_paths"), ("CreatedAt", made), ("StartedAt", made), ("CompletedAt", made));

        await RunAsync(Within30Days);

        ReasonOf("2").ShouldBe("keep rewritten");
    }

    [Fact]
    public async Task Blob_WithARecordOfTheNewContent_FollowsThat()
    {
        await AddBackupAsync("1", 1);
        await RewriteAsync("2", days: 40, "CONTENT", isVerified: false);
        await RecordAsync("new", 40, ("BlobName", BlobOf("2")), ("Sha256", Sha256("CONTENT")), ("CompletedAt", TimeProvider.System.GetUtcNow().AddDays(-39)));

        Counts(await RunAsync()).ShouldBe("examined=3 kept=1 pruned=2");
    }

    [Fact]
    public async Task Blob_WithItsRecordedChecksum_IsPrunedThoughItWasUploadedLater()
    {
        await AddBackupAsync("1", 40);
        await UploadAsync(BlobOf("2"), TimeSpan.FromDays(2), metadata: new Dictionary<string, string> { ["SHA256"] = Sha256("content").ToUpperInvariant() });
        await RecordAsync("2", 60, ("Sha256", Sha256("content")));

        await RunAsync(Within30Days);

        ReasonOf("2").ShouldBe("prune policy");
    }

    private static string Sha256(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    private async Task RewriteAsync(string id, double days, string content, bool isVerified)
    {
        var metadata = new Dictionary<string, string> { ["sha256"] = Sha256(content) };
        var written = await UploadAsync(BlobOf(id), TimeSpan.FromDays(days), content, metadata);
        await RecordAsync(
            id,
            60,
            ("Sha256", Sha256("content")),
            ("VerifiedAt", isVerified ? TimeProvider.System.GetUtcNow() : null),
            ("VerifiedETag", isVerified ? written.ETag.ToString().Trim('"') : null));
    }
}
