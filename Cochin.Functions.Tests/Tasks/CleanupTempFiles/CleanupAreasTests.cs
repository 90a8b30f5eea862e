using Cochin.Functions.Auditing;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>The areas that are cleaned.</summary>
public sealed class CleanupAreasTests(AzuriteServer server) : CleanupTest(server)
{
    [Fact]
    public async Task Run_SomeAreas_KeepsTheOthers()
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("restore_temp/a", Old);
        await UploadAsync("uploads/a", Old);

        var result = await RunAsync(new CleanupTempFilesOptions { Areas = Areas("uploads temp") });

        result.Count("scanned").ShouldBe(2);
        result.Tables.ShouldHaveSingleItem().Rows.Select(row => row[0]).ShouldBe(["uploads", "temp"]);
        (await BlobNamesAsync()).ShouldBe(["restore_temp/a"]);
    }

    [Fact]
    public async Task Run_OtherAreasInTheSettings_CleansOnlyThose()
    {
        Settings = new TempSettings { Areas = Areas("cache work/import") };
        await UploadAsync("cache/a", Old);
        await UploadAsync("temp/a", Old);
        await UploadAsync("work/a", Old);
        await UploadAsync("work/import/a/1", Old);
        await UploadAsync("work/import/a/2", Old);
        await UploadAsync("work/import/b");

        var result = await RunAsync();

        result.Count("deleted").ShouldBe(2);
        (await BlobNamesAsync()).ShouldBe(["temp/a", "work/a", "work/import/b"]);
        Items.Select(item => (item.Area, item.Name)).ShouldBe([("cache", "a"), ("work/import", "a"), ("work/import", "b")], ignoreOrder: true);
        (await AuditAsync()).ShouldContain("work/import/a");
    }

    [Theory]
    [InlineData("work/")]
    [InlineData("work/import/")]
    [InlineData("work/import/a")]
    [InlineData("work/import/a/deep/er")]
    public async Task Run_WorkPathAtOrAboveANestedArea_IsInUse(string workPath)
    {
        Settings = new TempSettings { Areas = Areas("work/import") };
        await UploadAsync("work/import/a/1", Old);
        await StartOperationAsync(workPath);

        var result = await RunAsync();

        result.Count("inUse").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["work/import/a/1"]);
    }

    [Fact]
    public async Task Checkpoint_OfOtherAreas_IsNotContinued()
    {
        var kept = new MemoryCheckpoint();
        await UploadAsync("temp/a", Old);
        await UploadAsync("temp/b", Old);
        await NewTask(pageSize: 1).RunAsync(
            new CleanupTempFilesOptions(),
            new TaskContext
            {
                RunId = "run-1",
                Job = "job-1",
                Storage = Storage,
                ClosingStorage = Storage,
                Audit = new AuditTrail(new AuditLog(Storage), Storage, Storage, TimeProvider.System, "run-1", "job-1"),
                IsOutOfTime = () => true,
                Checkpoint = kept,
            },
            Cancellation);

        await Should.ThrowAsync<InvalidDataException>(() => CleanupState.ReadAsync(new MemoryStream(kept.Kept!), Areas("uploads").Names, Cancellation));
    }

    private static TempAreas Areas(string text) => TempAreas.Read(text).Areas.ShouldNotBeNull();
}
