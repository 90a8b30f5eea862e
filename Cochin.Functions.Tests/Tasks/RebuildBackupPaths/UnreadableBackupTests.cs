using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Backups whose content the storage does not return.</summary>
public sealed class UnreadableBackupTests(AzuriteServer server) : RebuildTest(server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Backup_InTheArchiveTier_IsRegisteredWithoutAChecksum(bool isRehydrating)
    {
        await UploadArchivedAsync("storage/q/old.zip");
        if (isRehydrating)
        {
            await Storage.Backups.GetBlobClient("storage/q/old.zip").SetAccessTierAsync(AccessTier.Cool, cancellationToken: Cancellation);
        }

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("blobs=1 registered=1");
        var row = (await BackupsAsync()).ShouldHaveSingleItem();
        row.GetString("Status").ShouldBe("completed");
        row.GetInt64("SizeBytes").ShouldBe(7);
        if (!isRehydrating)
        {
            row.ContainsKey("Sha256").ShouldBeFalse();
            result.Warnings.ShouldHaveSingleItem().ShouldContain("storage/q/old.zip");
        }
    }

    [Fact]
    public async Task Backups_InTheArchiveTier_AreNotReadAndGiveOneWarning()
    {
        for (var i = 0; i < 12; i++)
        {
            await UploadArchivedAsync($"storage/q/{i}.zip");
        }

        var storage = NewStorage(RequestHook.Fail(RequestHook.IsDownload, 500, "Unwanted"));

        var planned = await RunAsync(new() { DryRun = true }, storage: storage);
        var result = await RunAsync(storage: storage);

        Counts(planned).ShouldBe("blobs=12 registered=12");
        Counts(result).ShouldBe("blobs=12 registered=12");
        result.Warnings.ShouldBe(planned.Warnings);
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("12 backups were registered without a checksum");
    }

    [Fact]
    public async Task Backup_InTheArchiveTierWithItsChecksum_IsRegisteredWithIt()
    {
        var checksum = new string('c', 64);
        await UploadAsync("storage/q/old.zip", Old, metadata: new Dictionary<string, string> { ["sha256"] = checksum });
        await Storage.Backups.GetBlobClient("storage/q/old.zip").SetAccessTierAsync(AccessTier.Archive, cancellationToken: Cancellation);

        var result = await RunAsync();

        result.Warnings.ShouldBeEmpty();
        (await BackupsAsync()).ShouldHaveSingleItem().GetString("Sha256").ShouldBe(checksum);
    }

    [Theory]
    [InlineData("BlobArchived")]
    [InlineData("BlobUsesCustomerSpecifiedEncryption")]
    public async Task Backup_PermanentlyUnreadable_IsRegisteredWithoutAChecksum(string code)
    {
        await UploadAsync("storage/q/x.zip", Old);
        var isKeyNeeded = code != "BlobArchived";
        var storage = NewStorage(RequestHook.Fail(request => RequestHook.IsDownload(request) || (isKeyNeeded && RequestHook.IsHead(request)), 409, code));

        var result = await RunAsync(storage: storage);

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("blobs=1 registered=1");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("without a checksum");
    }

    [Fact]
    public async Task Backup_WithACustomerProvidedKeyOverwrittenMeanwhile_IsNotRegistered()
    {
        await UploadAsync("storage/q/x.zip", Old);
        var overwritten = RequestHook.Once(RequestHook.IsHead, () => UploadAsync("storage/q/x.zip", content: "another"));
        var refused = RequestHook.Fail(request => RequestHook.IsDownload(request) || RequestHook.IsHead(request), 409, "BlobUsesCustomerSpecifiedEncryption");

        Counts(await RunAsync(storage: NewStorage(overwritten, refused))).ShouldBe("blobs=1 inFlight=1");
        (await Storage.Operations.ReadAsync("", cancellationToken: Cancellation).ToListAsync(Cancellation)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(403, "AuthorizationPermissionMismatch")]
    [InlineData(403, "KeyVaultEncryptionKeyNotFound")]
    [InlineData(409, "SnapshotOperationRateExceeded")]
    public async Task Backup_TemporarilyUnreadable_Fails(int status, string code)
    {
        await UploadAsync("storage/q/x.zip", Old);

        var result = await RunAsync(storage: NewStorage(RequestHook.Fail(RequestHook.IsDownload, status, code)));

        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("blobs=1 failed=1");
    }

    private async Task UploadArchivedAsync(string name)
    {
        await UploadAsync(name, Old);
        await Storage.Backups.GetBlobClient(name).SetAccessTierAsync(AccessTier.Archive, cancellationToken: Cancellation);
    }
}
