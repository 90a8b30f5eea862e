using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tests.Tasks.BackupRecords;

public sealed class BackupBlobTests
{
    private static readonly string Checksum = new('a', 64);

    [Theory]
    [InlineData("storage/prod/daily.zip", "prod", "daily.zip")]
    [InlineData("storage/prod/2026/daily.zip", "prod", "2026/daily.zip")]
    [InlineData("storage/daily.zip", "", "daily.zip")]
    [InlineData("storage//daily.zip", "", "daily.zip")]
    [InlineData("storage/.zip", "", ".zip")]
    public void Path_IsConfigurationAndName(string blobName, string configuration, string name)
    {
        var blob = new BackupBlob(blobName, 1, default, default, default, null);

        blob.Configuration.ShouldBe(configuration);
        blob.FileName.ShouldBe(name);
    }

    [Fact]
    public void Metadata_ValidChecksum_IsReadInLowerCase() =>
        Listed(new string('A', 64)).Sha256.ShouldBe(Checksum);

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("zaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Metadata_InvalidChecksum_IsIgnored(string stated) =>
        Listed(stated).Sha256.ShouldBeNull();

    [Theory]
    [InlineData(".zip")]
    [InlineData(".enc")]
    [InlineData(".backup")]
    [InlineData(".encrypted")]
    [InlineData(".tar")]
    [InlineData(".tar.gz")]
    [InlineData(".tgz")]
    [InlineData(".sql")]
    [InlineData(".sql.gz")]
    [InlineData(".dump")]
    [InlineData(".json")]
    [InlineData(".json.gz")]
    public void Extension_InAnyCase_IsABackup(string ending)
    {
        var settings = new BackupSettings();

        settings.IsBackup("storage/a/b" + ending).ShouldBeTrue();
        settings.IsBackup("storage/a/b" + ending.ToUpperInvariant()).ShouldBeTrue();
        settings.IsBackup("storage/a/b" + ending + ".tmp").ShouldBeFalse();
    }

    [Fact]
    public void RowKey_AnyName_IsValid()
    {
        var key = BlobKey.Of("storage/é #%?\\/x.zip").RowKey;

        key.ShouldMatch("^rebuilt-[0-9a-f]{32}$");
        string.CompareOrdinal(key, BlobKey.RowKeyEnd).ShouldBeLessThan(0);
        BlobKey.Of("storage/a").ShouldNotBe(BlobKey.Of("storage/A"));
    }

    private static BackupBlob Listed(string sha256) => BackupBlob.From(new ListedBlob(
        "storage/a/b.zip",
        new ETag("e"),
        DateTimeOffset.UnixEpoch,
        Bytes: 3,
        IsLeased: false,
        Metadata: new Dictionary<string, string> { ["sha256"] = sha256 }));
}
