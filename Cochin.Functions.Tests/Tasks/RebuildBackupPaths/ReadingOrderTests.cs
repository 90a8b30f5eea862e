using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Both orders of reading rows and listing blobs, with changes by the application in between (docs/decisions/0008-both-sides-at-once.md).</summary>
public sealed class ReadingOrderTests(AzuriteServer server) : RebuildTest(server)
{
    private const string Blob = "storage/prod/a.zip";

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Backup_CreatedInBetween_IsNeitherMissingNorDuplicated(bool areRowsFirst, bool dryRun)
    {
        await UploadAsync("storage/prod/right.zip");
        await AddBackupAsync("right", "completed", "storage/prod/right.zip");

        // Backdated, so that its age does not protect it.
        var result = await RunAsync(areRowsFirst, dryRun, async () =>
        {
            await UploadAsync(Blob, dryRun ? default : Old);
            await AddBackupAsync("new", "completed", Blob, 7);
        });

        result.Outcome.ShouldBe(Outcome.Completed);
        Count(result, "missing").ShouldBe(0);
        Count(result, "registered").ShouldBe(0);
        (await StatusAsync("new")).ShouldBe("completed");
        (await BackupsAsync()).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Backup_FinishedInBetween_IsNeitherMissingNorDuplicated(bool areRowsFirst)
    {
        await AddBackupAsync("42", "running", Blob);

        var result = await RunAsync(areRowsFirst, dryRun: false, async () =>
        {
            await UploadAsync(Blob, Old);
            await AddBackupAsync("42", "completed", Blob, 7);
        });

        result.Outcome.ShouldBe(Outcome.Completed);
        Count(result, "missing").ShouldBe(0);
        (await BackupsAsync()).ShouldHaveSingleItem().GetString("Status").ShouldBe("completed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Backup_DeletedInBetween_IsNotRegistered(bool areRowsFirst)
    {
        await UploadAsync(Blob, Old);
        await AddBackupAsync("42", "completed", Blob);

        var result = await RunAsync(areRowsFirst, dryRun: false, async () =>
        {
            await Storage.Operations.DeleteEntityAsync("backup", "42", cancellationToken: Cancellation);
            await Storage.Backups.DeleteBlobAsync(Blob, cancellationToken: Cancellation);
        });

        result.Outcome.ShouldBe(Outcome.Completed);
        Count(result, "registered").ShouldBe(0);
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Backup_MovedInBetween_IsNotChanged(bool areRowsFirst)
    {
        await UploadAsync(Blob, Old);
        await AddBackupAsync("42", "completed", Blob);

        var result = await RunAsync(areRowsFirst, dryRun: false, async () =>
        {
            await UploadAsync("storage/prod/moved.zip", Old);
            await AddBackupAsync("42", "completed", "storage/prod/moved.zip");
            await Storage.Backups.DeleteBlobAsync(Blob, cancellationToken: Cancellation);
        });

        result.Outcome.ShouldBe(Outcome.Completed);
        (Count(result, "missing") + Count(result, "registered")).ShouldBe(0);
        (await BackupsAsync()).ShouldHaveSingleItem().GetString("Status").ShouldBe("completed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Blob_DeletedInBetween_IsMissingNowOrNextTime(bool areRowsFirst)
    {
        await UploadAsync(Blob, Old);
        await AddBackupAsync("42", "completed", Blob);

        await RunAsync(areRowsFirst, dryRun: false, () => Storage.Backups.DeleteBlobAsync(Blob, cancellationToken: Cancellation));
        var first = await StatusAsync("42");
        await RunAsync();

        first.ShouldBe(areRowsFirst ? "file_missing" : "completed");
        (await StatusAsync("42")).ShouldBe("file_missing");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OneSide_Unreadable_ChangesNothing(bool areRowsFirst)
    {
        await UploadAsync(Blob, Old);
        await AddBackupAsync("42", "completed", "storage/prod/gone.zip");
        var fault = new FaultPolicy(request => areRowsFirst ? RequestHook.IsListing(request) : RequestHook.IsQuery(request), 403, "AuthorizationFailure");

        await Should.ThrowAsync<Azure.RequestFailedException>(
            () => RunAsync(storage: NewStorage(new ReadingOrder(areRowsFirst, () => Task.CompletedTask), fault)));

        fault.Met.ShouldBeTrue();
        (await BackupsAsync()).ShouldHaveSingleItem().GetString("Status").ShouldBe("completed");
    }

    private Task<TaskResult> RunAsync(bool areRowsFirst, bool dryRun, Func<Task> inBetween) =>
        RunAsync(new RebuildBackupPathsOptions { DryRun = dryRun }, storage: NewStorage(new ReadingOrder(areRowsFirst, inBetween)));
}
