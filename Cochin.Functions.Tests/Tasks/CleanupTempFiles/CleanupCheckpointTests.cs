using System.Text;
using System.Text.Json;
using Cochin.Functions.Auditing;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>A clean-up with time for one page per run.</summary>
public sealed class CleanupCheckpointTests(AzuriteServer server) : CleanupTest(server)
{
    private readonly MemoryCheckpoint kept = new();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Run_InManyParts_HasTheResultOfOneRun(int pageSize)
    {
        // Units with several pages, and units that are sorted between the blobs of others.
        string[] old =
        [
            "temp/a", "temp/x", "temp/x-b/a", "temp/x-b/b", "temp/x.txt", "temp/x/1", "temp/x/2", "temp/x/3", "temp/x/4", "temp/y",
            "restore_temp/r/a", "uploads/u", "uploads/v", "uploads/w",
        ];
        string[] stays = ["restore_temp/used/a", "restore_temp/used/b", "storage/prod/a.zip", "temp/half/new", "temp/half/old", "temp/z", "uploads/new"];
        foreach (var name in old.Concat(stays))
        {
            await UploadAsync(name, name is "temp/half/new" or "temp/z" or "uploads/new" ? default : Old, "12345");
        }

        await StartOperationAsync("restore_temp/used/");

        var results = await RunInPartsAsync(pageSize);

        results.Count.ShouldBeGreaterThan(old.Length / pageSize);
        results.SkipLast(1).ShouldAllBe(result => result.Outcome == Outcome.Partial && result.Reason == SkipReason.Unfinished);
        var last = results[^1];
        last.Outcome.ShouldBe(Outcome.Completed, last.Error);
        last.Counts.ShouldBe(
            [new("scanned", 13), new("old", 10), new("deleted", 9), new("inUse", 1), new("changed", 0), new("failed", 0), new("blobsDeleted", old.Length)]);
        last.Bytes.ShouldBe([new("scanned", 5 * (old.Length + stays.Length - 1)), new("freed", 5 * old.Length)]);
        kept.Progress.ShouldBe([.. kept.Progress.Distinct().Order()], "each part makes progress");
        (await BlobNamesAsync()).ShouldBe(stays);
    }

    [Fact]
    public async Task Run_LargeUnitInSeveralParts_IsOneUnit()
    {
        for (var i = 0; i < 10; i++)
        {
            await UploadAsync($"temp/big/{i}", Old, "1");
        }

        var results = await RunInPartsAsync(pageSize: 3, blobsToKeep: 2);

        results[^1].Counts.ShouldBe(
            [new("scanned", 1), new("old", 1), new("deleted", 1), new("inUse", 0), new("changed", 0), new("failed", 0), new("blobsDeleted", 10)]);
        results[^1].Bytes.ShouldBe([new("scanned", 10), new("freed", 10)]);
        (await BlobNamesAsync()).ShouldBeEmpty();
        (await AuditAsync()).ShouldContain("\"result\":\"unfinished\"");
    }

    [Fact]
    public async Task Run_OperationStartedBetweenParts_IsRespected()
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("temp/work/data", Old);
        await UploadAsync("temp/work/more", Old);
        await UntilProvenAsync(pageSize: 1);

        await StartOperationAsync("temp/work/");
        var last = (await RunInPartsAsync(pageSize: 1))[^1];

        ShouldAddUp(last);
        last.Count("deleted").ShouldBe(1);
        last.Count("inUse").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/work/data", "temp/work/more"]);
    }

    [Fact]
    public async Task Run_TableEmptiedBetweenParts_FailsAndDeletesNothing()
    {
        await UploadAsync("restore_temp/job-a/1", Old);
        await UploadAsync("temp/a", Old);
        await StartOperationAsync("restore_temp/job-a/");
        await UntilProvenAsync(pageSize: 1);
        await Storage.Operations.DeleteEntityAsync("restore", "1", cancellationToken: Cancellation);

        var result = await RunPartAsync(pageSize: 1);

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain($"'{Storage.Operations.Name}' is empty");
        (await BlobNamesAsync()).ShouldBe(["restore_temp/job-a/1", "temp/a"]);
    }

    [Fact]
    public async Task Run_BlobChangedBetweenParts_IsKeptAsChanged()
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("temp/folder/1", Old);
        await UploadAsync("temp/folder/2", Old);
        await UntilProvenAsync(pageSize: 1);

        await UploadAsync("temp/folder/2", content: "renewed");
        var last = (await RunInPartsAsync(pageSize: 1))[^1];

        ShouldAddUp(last);
        last.Count("deleted").ShouldBe(1);
        last.Count("changed").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/folder/1", "temp/folder/2"]);
    }

    [Fact]
    public async Task Run_UnitThatBecameOldSinceTheFirstPart_IsKept()
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("temp/b", Old);
        await UntilProvenAsync(pageSize: 1);
        Change(state => state with { ServiceTime = state.ServiceTime - TimeSpan.FromHours(10) });

        var last = (await RunInPartsAsync(pageSize: 1))[^1];

        ShouldAddUp(last);
        last.Count("changed").ShouldBe(2);
        (await BlobNamesAsync()).ShouldBe(["temp/a", "temp/b"]);
    }

    [Fact]
    public async Task Run_CheckpointTimeInTheFuture_IsIgnored()
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("temp/fresh");
        await UntilProvenAsync(pageSize: 1);
        Change(state => state with { ServiceTime = state.ServiceTime + TimeSpan.FromDays(300) });

        await RunInPartsAsync(pageSize: 1);

        (await BlobNamesAsync()).ShouldBe(["temp/fresh"]);
    }

    [Theory]
    [InlineData("no JSON at all")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task State_Invalid_IsRejected(string text)
    {
        var thrown = await Should.ThrowAsync<Exception>(
            () => CleanupState.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), TempAreas.Default.Names, Cancellation));

        (thrown is JsonException or InvalidDataException).ShouldBeTrue();
    }

    [Theory]
    [InlineData("storage", "prod")]
    [InlineData("temp", "../storage")]
    public async Task State_UnitOutsideTheAreas_IsRejected(string area, string name)
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("temp/b", Old);
        await UntilProvenAsync(pageSize: 1);
        Change(state => state with { Suspended = [new UnitFacts(area, name, default, 1, 1, IsLeased: false)] });

        await Should.ThrowAsync<InvalidDataException>(() => CleanupState.ReadAsync(new MemoryStream(kept.Kept!), TempAreas.Default.Names, Cancellation));
    }

    private void Change(Func<CleanupState, CleanupState> change) =>
        kept.Kept = change(JsonSerializer.Deserialize(kept.Kept, CleanupJson.Default.CleanupState)!).ToBytes().ToArray();

    private async Task UntilProvenAsync(int pageSize)
    {
        do
        {
            (await RunPartAsync(pageSize)).Reason.ShouldBe(SkipReason.Unfinished);
        }
        while (!(await CleanupState.ReadAsync(new MemoryStream(kept.Kept!), TempAreas.Default.Names, Cancellation)).IsProven);
    }

    private async Task<List<TaskResult>> RunInPartsAsync(int pageSize, int blobsToKeep = 2_000)
    {
        var results = new List<TaskResult>();
        do
        {
            results.Add(await RunPartAsync(pageSize, blobsToKeep));
        }
        while (results[^1].Reason == SkipReason.Unfinished && results.Count < 100);

        return results;
    }

    private Task<TaskResult> RunPartAsync(int pageSize, int blobsToKeep = 2_000) =>
        NewTask(pageSize, blobsToKeep).RunAsync(
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
}
