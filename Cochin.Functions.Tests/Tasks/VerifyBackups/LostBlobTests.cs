using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Outcome = Cochin.Functions.Tasks.Outcome;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups;

/// <summary>Backups whose blob is deleted before or while it is read.</summary>
public sealed class LostBlobTests(AzuriteServer server) : VerifyTest(server)
{
    // More than the number of failures in a row that end a run.
    private static readonly string[] Ids = ["1", "2", "3", "4", "5", "6"];

    [Theory]
    [InlineData("pruned")]
    [InlineData("being pruned")]
    [InlineData("without a row")]
    [InlineData("renamed")]
    public async Task Backups_PrunedOrMovedWhileTheyAreRead_AreChanged(string end)
    {
        var result = await RunWithAsync(id => end switch
        {
            "pruned" => WriteAsync(id, ("Status", "pruned")),
            "being pruned" => WriteAsync(id, ("PruneStartedAt", TimeProvider.System.GetUtcNow())),
            "renamed" => WriteAsync(id, ("BlobName", $"storage/prod/new-{id}.zip")),
            _ => Storage.Operations.DeleteEntityAsync(OperationKind.Backup, id, cancellationToken: Cancellation),
        });

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("examined=6 changed=6");
    }

    [Fact]
    public async Task Backups_DeletedWhileTheyAreRead_FailAndDoNotEndTheRun()
    {
        var result = await RunWithAsync(_ => Task.CompletedTask);

        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("examined=6 failed=6");
        result.Error!.ShouldContain("its blob 'storage/prod/1.zip' is missing; run: ./cochin rebuild_backup_paths");
    }

    [Fact]
    public async Task Backup_BeingPruned_IsChanged()
    {
        await RecordAsync("1", columns: ("PruneStartedAt", TimeProvider.System.GetUtcNow()));

        Counts(await RunAsync()).ShouldBe("examined=1 changed=1");
    }

    [Theory]
    [InlineData("pruned", "changed=1")]
    [InlineData("completed", "failed=1")]
    public async Task DamagedBackup_DeletedBeforeTheSecondRead_IsNotMarked(string status, string counts)
    {
        await AddBackupAsync("1", Sound[..^9], columns: ("Sha256", null));
        var reads = 0;
        var race = new InterveningPolicy(
            request => IsBlob(request, "1") && request.Method == RequestMethod.Get && !request.Headers.Contains("x-ms-range") && ++reads == 2,
            () => DeleteAsync("1", () => WriteAsync("1", ("Status", status))));

        var result = await RunAsync(storage: NewStorage(race));

        race.Met.ShouldBeTrue();
        Counts(result).ShouldBe($"examined=1 {counts}");
        (await RowAsync("1")).Keys.ShouldNotContain("Damage");
    }

    /// <summary>Deletes the blob of each of six backups after it was read, before the last check that it is unchanged.</summary>
    /// <param name="end">Changes the row of the backup.</param>
    private async Task<TaskResult> RunWithAsync(Func<string, Task> end)
    {
        foreach (var id in Ids)
        {
            await AddBackupAsync(id, Sound);
        }

        InterveningPolicy[] races =
        [
            .. Ids.Select(id => new InterveningPolicy(
                request => IsBlob(request, id) && request.Method == RequestMethod.Head, () => DeleteAsync(id, () => end(id)))),
        ];

        // The emulator answers such a request with ConditionNotMet, the service with BlobNotFound.
        var notFound = new FaultPolicy(
            request => request.Method == RequestMethod.Head && request.Uri.Path.EndsWith(".zip", StringComparison.Ordinal), 404, "BlobNotFound");
        var result = await RunAsync(storage: NewStorage([.. races, notFound]));
        races.ShouldAllBe(race => race.Met);
        notFound.Met.ShouldBeTrue();
        return result;
    }

    private async Task DeleteAsync(string id, Func<Task> andThen)
    {
        await Storage.Backups.DeleteBlobAsync(BlobOf(id), cancellationToken: Cancellation);
        await andThen();
    }

    private Task WriteAsync(string id, (string Column, object Value) change) => Storage.Operations.UpdateEntityAsync(
        new TableEntity(OperationKind.Backup, id) { [change.Column] = change.Value }, ETag.All, TableUpdateMode.Merge, Cancellation);

    private static bool IsBlob(Request request, string id) => request.Uri.Path.EndsWith($"/{id}.zip", StringComparison.Ordinal);
}
