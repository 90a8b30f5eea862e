using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

public sealed class CleanupTempFilesTaskTests(AzuriteServer server) : CleanupTest(server)
{
    [Fact]
    public async Task Run_OldAndFreshInAllAreas_DeletesOnlyTheOld()
    {
        await UploadAsync("temp/old.tmp", Old, "12345");
        await UploadAsync("temp/folder/a", Old);
        await UploadAsync("temp/folder/deep/b", Old);
        await UploadAsync("temp/mixed/old", Old);
        await UploadAsync("temp/mixed/new");
        await UploadAsync("restore_temp/restore_1/x", Old);
        await UploadAsync("uploads/fresh.bin");
        await UploadAsync("storage/prod/backup.zip", Old);
        await UploadAsync("other/old.tmp", Old);
        await UploadAsync("temporary/old.tmp", Old);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        result.Counts.ShouldBe(
            [new("scanned", 5), new("old", 3), new("deleted", 3), new("inUse", 0), new("changed", 0), new("failed", 0), new("blobsDeleted", 4)]);
        result.Bytes.ShouldBe([new("scanned", 5 + (6 * 7)), new("freed", 5 + (3 * 7))]);
        (await BlobNamesAsync()).ShouldBe(
            ["other/old.tmp", "storage/prod/backup.zip", "temp/mixed/new", "temp/mixed/old", "temporary/old.tmp", "uploads/fresh.bin"]);
        Items.Select(item => (item.Area, item.Name, item.Decision, item.Reason)).Order().ShouldBe(
        [
            ("restore_temp", "restore_1", "delete", "old"),
            ("temp", "folder", "delete", "old"),
            ("temp", "mixed", "keep", "fresh"),
            ("temp", "old.tmp", "delete", "old"),
            ("uploads", "fresh.bin", "keep", "fresh"),
        ]);
    }

    [Fact]
    public async Task Run_BlobAndFolderWithTheSameName_AreOneUnit()
    {
        await UploadAsync("temp/x", Old);
        await UploadAsync("temp/x-1", Old);
        await UploadAsync("temp/x/new");

        var result = await RunAsync();

        result.Count("scanned").ShouldBe(2);
        result.Count("deleted").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/x", "temp/x/new"]);
    }

    [Fact]
    public async Task Run_UsedByALiveOperation_IsKeptAtAnyAge()
    {
        await UploadAsync("restore_temp/restore_work/data", Old);
        await UploadAsync("uploads/upload_77.part", Old);
        await UploadAsync("uploads/upload_78.part", Old);
        await AddOperationAsync("restore", "1", ("Status", "running"), ("WorkPath", "restore_temp/restore_work/"));
        await AddOperationAsync("backup", "77", ("Status", "pending"));
        await AddOperationAsync("backup", "78", ("Status", "completed"));

        var result = await RunAsync();

        result.Count("inUse").ShouldBe(2);
        result.Count("deleted").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["restore_temp/restore_work/data", "uploads/upload_77.part"]);
    }

    [Theory]
    [InlineData("Running")]
    [InlineData("running ")]
    [InlineData(null)]
    public async Task Run_OperationWithUnreadableStatus_ProtectsItsUnits(string? status)
    {
        await UploadAsync("restore_temp/work/data", Old);
        await AddOperationAsync("restore", "1", ("Status", status), ("WorkPath", "restore_temp/work/"));
        await AddOperationAsync("restore", "2", ("Status", "completed"), ("WorkPath", "uploads/"));

        var result = await RunAsync();

        result.Count("inUse").ShouldBe(1);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("restore/1");
        (await BlobNamesAsync()).ShouldBe(["restore_temp/work/data"]);
    }

    [Fact]
    public async Task Run_LeasedBlob_KeepsItsWholeUnit()
    {
        await UploadAsync("temp/folder/a", Old);
        await UploadAsync("temp/folder/b", Old);
        await LeaseAsync("temp/folder/b");

        var result = await RunAsync();

        result.Count("inUse").ShouldBe(1);
        Items.ShouldHaveSingleItem().Reason.ShouldBe("leased");
        (await BlobNamesAsync()).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Run_BlobWithSnapshots_IsDeletedWithThem()
    {
        await UploadAsync("temp/x", Old);
        await Storage.Backups.GetBlobClient("temp/x").CreateSnapshotAsync(cancellationToken: Cancellation);

        var result = await RunAsync();

        result.Count("deleted").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_UnitTooLargeForMemory_IsListedAgainAndDeleted()
    {
        for (var i = 0; i < 7; i++)
        {
            await UploadAsync($"temp/big/{i}", Old);
        }

        await UploadAsync("temp/big-neighbour", Old);
        await UploadAsync("temp/bigger/kept");

        var result = await NewTask(pageSize: 3, blobsToKeep: 2).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        ShouldAddUp(result);
        result.Count("deleted").ShouldBe(2);
        result.Count("blobsDeleted").ShouldBe(8);
        (await BlobNamesAsync()).ShouldBe(["temp/bigger/kept"]);
    }

    [Fact]
    public async Task Run_UnusualNames_AreDeleted()
    {
        string[] names =
        [
            "temp/a b", "temp/a#b", "temp/100%", "temp/%41", "temp/été ☃", "temp/it's?", "temp//double", "temp/folder/", "temp/both",
            "temp/both/", "temp/back\\slash", "temp/dot.", "temp/.hidden", "temp/a+b&c=d", "temp/😀", "temp/" + new string('n', 1_000),
        ];
        foreach (var name in names)
        {
            await UploadAsync(name, Old);
        }

        var result = await RunAsync();

        result.Count("blobsDeleted").ShouldBe(names.Length);
        result.Count("deleted").ShouldBe(names.Length - 1);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_NoContainer_CompletesWithAWarningAndCreatesNone()
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("Cochin__Storage__BackupContainer");
        (await Storage.Backups.ExistsAsync(Cancellation)).Value.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_AuditLog_NamesEachUnitBeforeAndAfter()
    {
        await UploadAsync("temp/old.tmp", Old);

        await RunAsync();

        var audit = await AuditAsync();
        audit.ShouldContain("\"target\":\"temp/old.tmp\",\"result\":\"planned\"");
        audit.ShouldContain("\"target\":\"temp/old.tmp\",\"result\":\"deleted\"");
    }

    [Fact]
    public async Task Run_AreaRootsAndSimilarNames_AreNotUnits()
    {
        string[] names = ["Temp/x", "restore_temp", "temp", "temp.bak/x", "temp/", "tempo/x", "uploads-old/x"];
        foreach (var name in names)
        {
            await UploadAsync(name, Old);
        }

        var result = await RunAsync(new CleanupTempFilesOptions { AgeHours = 0 });

        result.Count("scanned").ShouldBe(0);
        (await BlobNamesAsync()).ShouldBe(names);
    }

    [Fact]
    public async Task Run_TablesByArea_AddUpToTheCounts()
    {
        await UploadAsync("temp/old", Old, "12345");
        await UploadAsync("uploads/fresh");

        var result = await RunAsync();

        var areas = result.Tables.ShouldHaveSingleItem();
        areas.Key.ShouldBe("areas");
        areas.Rows.Select(row => row[0]).ShouldBe(["temp", "restore_temp", "uploads"]);
        areas.Rows.Sum(row => (long)row[1]!).ShouldBe(result.Count("scanned"));
        areas.Rows[0][^1].ShouldBe(5L);
    }

    [Fact]
    public async Task DryRun_ReportsTheDecisionsAndOnlyReads()
    {
        await UploadAsync("temp/old", Old);
        await UploadAsync("temp/used_5", Old);
        await UploadAsync("temp/fresh");
        await AddOperationAsync("backup", "5", ("Status", "running"));
        var writes = new CountingPolicy(request => request.Method.Method is not ("GET" or "HEAD"));

        var result = await RunAsync(new CleanupTempFilesOptions { DryRun = true }, writes);

        ShouldAddUp(result);
        result.Count("deleted").ShouldBe(1);
        result.Count("blobsDeleted").ShouldBe(1);
        Items.Count.ShouldBe(3);
        writes.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(87_600, true)]
    [InlineData(-0.1, false)]
    [InlineData(87_601, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void Options_Age_HasBounds(double age, bool isValid) =>
        CleanupTempFilesDescription.Value.Takes("age-hours", age).ShouldBe(isValid);
}
