using Azure;
using Azure.Core;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.VerifyBackups;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups;

/// <summary>Concurrent changes and storage errors, none of which is damage.</summary>
public sealed class VerifyFailureTests(AzuriteServer server) : VerifyTest(server)
{
    [Theory]
    [InlineData(403, "AuthorizationFailure")]
    [InlineData(500, "InternalError")]
    [InlineData(503, "ServerBusy")]
    [InlineData(409, "BlobImmutableDueToPolicy")]
    public async Task Storage_RejectsOneBlob_FailsOnlyThatBackup(int status, string code)
    {
        await AddBackupAsync("1", Sound);
        await AddBackupAsync("2", Sound);
        var fault = new FaultPolicy(request => request.Uri.Path.EndsWith("/1.zip", StringComparison.Ordinal), status, code);

        var result = await RunAsync(storage: NewStorage(fault));

        fault.Met.ShouldBeTrue();
        Counts(result).ShouldBe("examined=2 verified=1 failed=1");
        (await RowAsync("1")).Keys.ShouldNotContain("Damage");
        Counts(await RunAsync()).ShouldBe("examined=2 verified=1 notDue=1");
    }

    [Fact]
    public async Task Storage_RejectsEveryBlob_EndsTheRunEarly()
    {
        for (var id = 1; id <= 20; id++)
        {
            await AddBackupAsync($"{id}", Sound);
        }

        var fault = new FaultPolicy(request => request.Uri.Path.EndsWith(".zip", StringComparison.Ordinal), 403, "AuthorizationFailure");

        await Should.ThrowAsync<RequestFailedException>(() => RunAsync(storage: NewStorage(fault)));

        Items.Count.ShouldBeLessThan(20);
    }

    [Theory]
    [InlineData("BlobArchived", 409)]
    [InlineData("BlobUsesCustomerSpecifiedEncryption", 409)]
    public async Task Blob_PermanentlyUnreadable_IsNotDueAndNoted(string code, int status)
    {
        await AddBackupAsync("1", Sound);
        var archived = NewStorage(new FaultPolicy(request => request.Uri.Path.EndsWith(".zip", StringComparison.Ordinal), status, code));

        var result = await RunAsync(storage: archived);

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("examined=1 notDue=1");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("can't be read (archive tier");
        Counts(await RunAsync(new VerifyBackupsOptions { BackupId = "1" }, storage: archived)).ShouldBe("examined=1 failed=1");
    }

    [Fact]
    public async Task Blob_OverwrittenWhileItIsRead_IsChanged()
    {
        await AddBackupAsync("1", Sound);
        var race = new InterveningPolicy(IsFinalCheck, () => UploadAsync(BlobOf("1"), TestData.Noise(10)));

        var result = await RunAsync(storage: NewStorage(race));

        race.Met.ShouldBeTrue();
        Counts(result).ShouldBe("examined=1 changed=1");
        (await RowAsync("1")).Keys.ShouldNotContain("VerifiedAt");
    }

    [Theory]
    [InlineData("Status", "failed", "changed=1")]
    [InlineData("BlobName", "storage/prod/other.zip", "changed=1")]
    [InlineData("Sha256", "0", "changed=1")]
    [InlineData("ErrorMessage", "a note", "verified=1")]
    public async Task Row_ChangedWhileItsBlobIsRead_IsCheckedAgain(string column, string value, string counts)
    {
        await AddBackupAsync("1", Sound);
        var race = new InterveningPolicy(IsFinalCheck, async () =>
        {
            var row = await RowAsync("1");
            row[column] = value;
            await Storage.Operations.UpdateEntityAsync(row, row.ETag, cancellationToken: Cancellation);
        });

        var result = await RunAsync(storage: NewStorage(race));

        Counts(result).ShouldBe($"examined=1 {counts}");
        (await RowAsync("1"))[column].ShouldBe(value);
    }

    [Fact]
    public async Task Damage_NotFoundByASecondRead_IsAFailure()
    {
        await AddBackupAsync("1", Sound[..^9], columns: ("Sha256", null));
        var reads = 0;
        var race = new InterveningPolicy(
            request => request.Method == RequestMethod.Get
                && request.Uri.Path.EndsWith("/1.zip", StringComparison.Ordinal)
                && !request.Headers.Contains("x-ms-range")
                && ++reads == 2,
            () => UploadAsync(BlobOf("1"), Sound));

        var result = await RunAsync(storage: NewStorage(race));

        race.Met.ShouldBeTrue();
        Counts(result).ShouldBe("examined=1 failed=1");
        result.Error!.ShouldContain("two reads of it returned different data");
        (await RowAsync("1")).Keys.ShouldNotContain("Damage");
    }

    [Fact]
    public async Task Row_ResponseToTheWriteLost_IsWrittenOnce()
    {
        await AddBackupAsync("1", Sound, columns: ("Sha256", null));
        var lost = new LostResponsePolicy(request => request.Method == RequestMethod.Put && request.Uri.Path.Contains("Operations", StringComparison.Ordinal));

        Counts(await RunAsync(storage: NewStorage(lost))).ShouldBe("examined=1 verified=1");

        (await BackupAsync("1")).Sha256.ShouldBe(Sha256(Sound));
    }

    [Fact]
    public async Task Run_Stopped_WritesNothing()
    {
        await AddBackupAsync("1", Sound);
        IsStopped = true;

        await Should.ThrowAsync<RunStoppedException>(() => RunAsync());

        (await RowAsync("1")).Keys.ShouldNotContain("VerifiedAt");
    }

    [Fact]
    public async Task Run_OutOfTime_IsContinuedByTheNextRun()
    {
        for (var id = 1; id <= 6; id++)
        {
            await AddBackupAsync($"{id}", id == 5 ? Sound[..^9] : Sound, columns: ("CompletedAt", TimeProvider.System.GetUtcNow().AddDays(-id)));
        }

        var checkpoint = new MemoryCheckpoint();
        var asked = 0;
        IsOutOfTime = () => ++asked > 2;
        var options = new VerifyBackupsOptions { All = true };

        var first = await RunAsync(options, checkpoint: checkpoint);

        first.Reason.ShouldBe(SkipReason.Unfinished);
        Counts(first).ShouldBe("examined=6 verified=2");
        (await BackupAsync("1")).VerifiedAt.ShouldNotBeNull();
        (await BackupAsync("3")).VerifiedAt.ShouldBeNull();

        asked = -1;
        Counts(await RunAsync(options, checkpoint: checkpoint)).ShouldBe("examined=6 verified=4 damaged=1");
        asked = -10;
        Counts(await RunAsync(options, checkpoint: checkpoint)).ShouldBe("examined=6 verified=5 damaged=1");
    }

    [Fact]
    public async Task Backup_LongerThanARun_FailsAndDoesNotBlockTheOthers()
    {
        await AddBackupAsync("1", Sound, columns: ("CompletedAt", TimeProvider.System.GetUtcNow().AddHours(-1)));
        await AddBackupAsync("2", Sound);
        using var lastMoment = new CancellationTokenSource();
        LastMoment = lastMoment.Token;
        var slow = new InterveningPolicy(
            request => request.Uri.Path.EndsWith("/1.zip", StringComparison.Ordinal),
            async () =>
            {
                await lastMoment.CancelAsync();
                throw new OperationCanceledException(lastMoment.Token);
            });
        var checkpoint = new MemoryCheckpoint();
        var asked = 0;
        IsOutOfTime = () => ++asked > 1;

        var first = await RunAsync(storage: NewStorage(slow), checkpoint: checkpoint);

        first.Reason.ShouldBe(SkipReason.Unfinished);
        Counts(first).ShouldBe("examined=2 failed=1");
        first.Error!.ShouldContain("takes longer than the time limit of a run");

        LastMoment = default;
        asked = -10;
        Counts(await RunAsync(checkpoint: checkpoint)).ShouldBe("examined=2 verified=1 failed=1");
    }

    [Fact]
    public async Task Container_Missing_FailsTheRun()
    {
        await RecordAsync("1");
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error!.ShouldContain("does not exist, although backup/1 refers to a blob in it");
    }

    [Fact]
    public async Task Table_DeletedAfterItWasRead_FailsTheRun()
    {
        await RecordAsync("1");
        await MissingTable.RememberAsync(Storage, Storage.Operations, isDryRun: false, Cancellation);
        await Storage.Operations.DeleteAsync(Cancellation);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error!.ShouldContain("does not exist, although earlier runs read it");
    }

    [Fact]
    public async Task Table_NeverCreated_IsAWarning()
    {
        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("does not exist yet");
    }

    private static bool IsFinalCheck(Request request) => request.Method == RequestMethod.Head && request.Uri.Path.EndsWith("/1.zip", StringComparison.Ordinal)
        && request.Headers.TryGetValue("If-Match", out _) && request.Headers.All(header => header.Name is not ("Range" or "x-ms-range"));
}
