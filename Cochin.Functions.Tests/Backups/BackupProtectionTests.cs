using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Cochin.Functions.Auditing;
using Cochin.Functions.Backups;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Backups;

public sealed class BackupProtectionTests(AzuriteServer server) : BackupTest(server)
{
    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    [InlineData("yes")]
    [InlineData(5L)]
    public async Task Protect_SetsTheColumnAndNothingElse(object? before)
    {
        await AddBackupAsync(1);
        await SetAsync(row => row["Protected"] = before);

        var result = await ProtectAsync(Storage, true);

        result.IsChanged.ShouldBeTrue();
        result.Warnings.ShouldBeEmpty();
        var row = await RowAsync();
        row.GetBoolean("Protected").ShouldBe(true);
        row.GetInt64("SizeBytes").ShouldBe(1);
        (await LinesAsync()).ShouldBe(["protect backup/1 planned", "protect backup/1 done"]);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, null)]
    public async Task Protection_AlreadyLikeThat_WritesNothing(bool wanted, object? before)
    {
        await AddBackupAsync(1);
        await SetAsync(row => row["Protected"] = before);
        var etag = (await RowAsync()).ETag;
        var writes = new CountingPolicy(request => request.Method != RequestMethod.Get && request.Method != RequestMethod.Head);

        var result = await ProtectAsync(NewStorage(writes), wanted);

        (result.IsChanged, result.IsProtected).ShouldBe((false, wanted));
        writes.Count.ShouldBe(0);
        (await RowAsync()).ETag.ShouldBe(etag);
    }

    [Fact]
    public async Task Unprotect_ColumnIsText_WritesTheBoolean()
    {
        await AddBackupAsync(1);
        await SetAsync(row => row["Protected"] = "FALSE");

        (await ProtectAsync(Storage, false)).IsChanged.ShouldBeTrue();

        (await RowAsync()).GetBoolean("Protected").ShouldBe(false);
    }

    [Fact]
    public async Task Protect_RowIsChangedMeanwhile_IsJudgedAgainAndKeepsTheOtherChange()
    {
        await AddBackupAsync(1);
        var changing = new InterveningPolicy(IsUpdate, () => SetAsync(row => row["Name"] = "other"), times: 2);

        (await ProtectAsync(NewStorage(changing), true)).IsChanged.ShouldBeTrue();

        changing.Met.ShouldBeTrue();
        var row = await RowAsync();
        (row.GetBoolean("Protected"), row.GetString("Name")).ShouldBe((true, "other"));
        (await LinesAsync()).ShouldBe(["protect backup/1 planned", "protect backup/1 done"]);
    }

    [Fact]
    public async Task Protect_PrunedMeanwhile_FailsAndSaysSo()
    {
        await AddBackupAsync(1);
        var pruning = new InterveningPolicy(IsUpdate, () => SetAsync(row => row["Status"] = "pruned"));

        (await Should.ThrowAsync<BackupException>(() => ProtectAsync(NewStorage(pruning), true))).Code.ShouldBe("pruned");

        (await RowAsync()).ContainsKey("Protected").ShouldBeFalse();
        (await LinesAsync()).ShouldBe(["protect backup/1 planned", "protect backup/1 changed"]);
    }

    [Fact]
    public async Task Protect_RowIsChangedEachTime_FailsAndSaysSo()
    {
        await AddBackupAsync(1);
        var changing = new InterveningPolicy(IsUpdate, () => SetAsync(row => row["Name"] = Guid.NewGuid().ToString()), times: 5);

        (await Should.ThrowAsync<BackupException>(() => ProtectAsync(NewStorage(changing), true))).Code.ShouldBe("conflict");

        (await LinesAsync()).ShouldBe(["protect backup/1 planned", "protect backup/1 changed"]);
    }

    [Fact]
    public async Task Protect_AnswerIsLost_IsDone()
    {
        await AddBackupAsync(1);
        var lost = new LostResponsePolicy(IsUpdate);

        (await ProtectAsync(NewStorage(lost), true)).IsChanged.ShouldBeTrue();

        lost.Met.ShouldBeTrue();
        (await RowAsync()).GetBoolean("Protected").ShouldBe(true);
        (await LinesAsync()).ShouldBe(["protect backup/1 planned", "protect backup/1 done"]);
    }

    [Fact]
    public async Task Protect_AuditLogCantBeWritten_ChangesNothing()
    {
        await AddBackupAsync(1);
        var fault = new FaultPolicy(request => request.Uri.ToString().Contains("/audit/", StringComparison.Ordinal), 403, "AuthorizationFailure");

        await Should.ThrowAsync<RequestFailedException>(() => ProtectAsync(NewStorage(fault), true));

        (await RowAsync()).ContainsKey("Protected").ShouldBeFalse();
    }

    [Theory]
    [InlineData("true")]
    [InlineData("True")]
    [InlineData("please")]
    public async Task Unprotect_BlobIsProtectedByItsMetadata_SaysSo(string value)
    {
        await AddBackupAsync(1);
        var metadata = new Dictionary<string, string> { ["Protected"] = value };
        await Storage.Backups.GetBlobClient(BlobName).SetMetadataAsync(metadata, cancellationToken: Cancellation);
        await ProtectAsync(Storage, true);

        var result = await ProtectAsync(Storage, false);

        (result.IsChanged, result.IsProtected).ShouldBe((true, true));
        result.Warnings.ShouldHaveSingleItem().ShouldContain("is still protected by the metadata 'protected'");
        (await RowAsync()).GetBoolean("Protected").ShouldBe(false);
    }

    [Fact]
    public async Task Protect_BlobIsGoneAndAPruneHasBegun_WarnsOfBoth()
    {
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", "storage/q/a.zip"), ("PruneStartedAt", DateTimeOffset.UnixEpoch));

        var result = await ProtectAsync(Storage, true);

        result.IsChanged.ShouldBeTrue();
        result.Warnings.Count.ShouldBe(2);
        result.Warnings[0].ShouldContain("may be too late");
        result.Warnings[1].ShouldContain("'storage/q/a.zip'");
    }

    [Fact]
    public async Task Protect_UnknownId_WritesNothing()
    {
        await AddBackupAsync(1);

        (await Should.ThrowAsync<BackupException>(() => ProtectAsync(Storage, true, "2"))).Code.ShouldBe("unknown_backup");

        (await LinesAsync()).ShouldBeEmpty();
    }

    private static bool IsUpdate(Request request) => request.Method == RequestMethod.Patch;

    private static async Task<ProtectionResult> ProtectAsync(CochinStorage storage, bool isProtected, string id = "1")
    {
        using var audit = new AuditTrail(new AuditLog(storage), storage, storage, TimeProvider.System, "run-1", "backups");
        return await new BackupProtection(storage, audit).SetAsync(id, isProtected, Cancellation);
    }

    private async Task<TableEntity> RowAsync() => (await Storage.Operations.FindAsync("backup", "1", Cancellation))!;

    private async Task SetAsync(Action<TableEntity> change)
    {
        var row = await RowAsync();
        change(row);
        await Storage.Operations.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
    }

    private async Task<string[]> LinesAsync()
    {
        var reader = new AuditReader(Storage, TimeProvider.System);
        var lines = await reader.ReadAsync(TimeProvider.System.GetUtcNow().AddHours(-1), follow: false, Cancellation).ToListAsync(Cancellation);
        return [.. lines.Select(line => $"{line.Action} {line.Target} {line.Result}")];
    }

    [Fact]
    public async Task BlobName_ThatIsUncertain_IsReportedAsSuch()
    {
        await AddBackupAsync(1);
        await SetAsync(row => row["BlobName"] = "/app/backups/storage/q/a.zip?sv=1&sig=SECRET");

        var warning = (await ProtectAsync(Storage, true)).Warnings.ShouldHaveSingleItem();

        warning.ShouldContain("The BlobName '/app/backups/storage/q/a.zip…' does not say for certain which blob it is.");
        (await Should.ThrowAsync<BackupException>(() => FindAsync(Storage))).Code.ShouldBe("uncertain_blob");
    }
}
