using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Files;

/// <summary>A file that differs from its blob, which has what is recorded: brought by another program, so without a <c>sha256</c>.</summary>
public sealed class RecordedContentTests(AzuriteServer server) : SyncTest(server)
{
    private const string Name = "storage/prod/1.zip";
    private const string Good = "the good backup";

    [Theory]
    [InlineData("cut off")]
    [InlineData("THE GOOD BACKUP")]
    public async Task DamagedFile_OverABlobWithTheChecksumOfTheDatabase_IsAConflict(string damaged)
    {
        await AddBlobAsync(Good);
        Django.AddBackup(1, ("checksum", Sha256(Good)));
        WriteNewFile(damaged);

        var result = await RunAsync();

        (result.Count("conflicts"), result.Count("uploaded")).ShouldBe((1, 0));
        result.Warnings.ShouldContain(warning => warning.StartsWith($"{Name} differs from its checksum in the database", StringComparison.Ordinal));
        (await ContentAsync()).ShouldBe(Good);
    }

    [Fact]
    public async Task RewrittenFile_ThatTheDatabaseStates_IsUploaded()
    {
        await AddBlobAsync(Good);
        await AddOperationAsync(OperationKind.Backup, "42", ("Status", "completed"), ("BlobName", Name), ("Sha256", Sha256(Good)));
        Django.AddBackup(1, ("checksum", Sha256("a new backup")));
        WriteNewFile("a new backup");

        (await RunAsync()).Count("uploaded").ShouldBe(1);

        (await ContentAsync()).ShouldBe("a new backup");
    }

    [Fact]
    public async Task DamagedFile_OverABlobWithTheChecksumOfTheRow_IsAConflictThatSaysWhatToDo()
    {
        await AddBlobAsync(Good);
        await AddOperationAsync(OperationKind.Backup, "42", ("Status", "completed"), ("BlobName", Name), ("Sha256", Sha256(Good).ToUpperInvariant()));
        Django.AddBackup(1);
        WriteNewFile("cut off");

        var result = await RunAsync();

        result.Count("conflicts").ShouldBe(1);
        result.Warnings.ShouldContain(warning => warning.Contains("the Sha256 in the operations table", StringComparison.Ordinal)
            && warning.EndsWith("delete the blob, and the next run uploads it.", StringComparison.Ordinal));
        (await ContentAsync()).ShouldBe(Good);
    }

    [Fact]
    public async Task DifferentFile_OverTheVersionThatVerificationFoundSound_IsAConflict()
    {
        // The checksum of the row may be wrong: verification trusts that of the blob.
        var etag = await AddBlobAsync(Good);
        await AddOperationAsync(
            OperationKind.Backup, "42", ("Status", "completed"), ("BlobName", Name), ("Sha256", Sha256("other")), ("VerifiedETag", etag),
            ("VerifiedAt", TimeProvider.System.GetUtcNow()));
        WriteNewFile("cut off");

        var result = await RunAsync();

        result.Warnings.ShouldContain(warning => warning.Contains("its blob, which verify_backups found sound", StringComparison.Ordinal));
        (await ContentAsync()).ShouldBe(Good);
    }

    [Theory]
    [InlineData("42", "Damage", "has no directory")]
    [InlineData("42", "Sha256", null)]
    [InlineData("rebuilt-1", "Status", "completed")] // Its checksum was computed from the blob, which may be half a file.
    public async Task NewFile_OverABlobThatNothingVouchesFor_IsUploaded(string id, string column, string? value)
    {
        await AddBlobAsync("half a f");
        await AddOperationAsync(OperationKind.Backup, id, ("Status", "completed"), ("BlobName", Name), ("Sha256", Sha256("half a f")));
        await ChangeBackupAsync(await RowAsync(OperationKind.Backup, id), (column, value));
        WriteNewFile("half a file, completed");

        (await RunAsync()).Count("uploaded").ShouldBe(1);
    }

    private static string Sha256(string content) => FilesTest.Sha256(System.Text.Encoding.UTF8.GetBytes(content));

    private async Task<string> AddBlobAsync(string content)
    {
        var blob = await Storage.Backups.GetBlobClient(Name).UploadAsync(BinaryData.FromString(content), Cancellation);
        return BackupBlob.Text(blob.Value.ETag);
    }

    private async Task<string> ContentAsync() => (await Storage.Backups.GetBlobClient(Name).DownloadContentAsync(Cancellation)).Value.Content.ToString();

    private void WriteNewFile(string content)
    {
        Django.WriteFile(Name, content);
        File.SetLastWriteTimeUtc(Path.Combine(Django.Backups, Name), FilesTest.Future);
    }
}
