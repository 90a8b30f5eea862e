using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Outcome = Cochin.Functions.Tasks.Outcome;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

/// <summary>What comes between the plan and the delete, and what a run leaves that dies.</summary>
public sealed class PruneTroubleTests(AzuriteServer server) : PruneTest(server)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
    }

    [Fact]
    public async Task Blob_OverwrittenMeanwhile_IsLeftAlone()
    {
        var result = await RunWithAsync(IsDelete, () => UploadAsync(BlobOf("2"), content: "new content"));

        Counts(result).ShouldBe("examined=2 kept=1 changed=1");
        (await RowAsync("2")).ContainsKey("PruneStartedAt").ShouldBeFalse();
        (await AuditAsync()).ShouldContain("\"result\":\"changed\"");
    }

    [Fact]
    public async Task Blob_LeasedMeanwhile_IsLeftAlone()
    {
        var result = await RunWithAsync(
            IsDelete, () => LeaseAsync("2"));

        Counts(result).ShouldBe("examined=2 kept=2");
        ReasonOf("2").ShouldBe("keep leased");
        (await RowAsync("2")).ContainsKey("PruneStartedAt").ShouldBeFalse();
    }

    [Fact]
    public async Task Blob_DeletedByAnother_IsPrunedAllTheSame()
    {
        await RunWithAsync(IsDelete, () => Storage.Backups.GetBlobClient(BlobOf("2")).DeleteAsync(cancellationToken: Cancellation));

        (await StatusAsync("2")).ShouldBe("pruned");
    }

    [Theory]
    [InlineData("Protected", true)]
    [InlineData("Status", "running")]
    [InlineData("BlobName", "storage/prod/other.zip")]
    public async Task Row_ChangedMeanwhile_IsLeftAlone(string column, object value)
    {
        var result = await RunWithAsync(IsMark, () => ChangeAsync("2", (column, value)));

        Counts(result).ShouldBe("examined=2 kept=1 changed=1");
        (await BlobNamesAsync()).ShouldContain(BlobOf("2"));
        (await RowAsync("2"))[column].ShouldBe(value);
    }

    [Fact]
    public async Task Restore_BegunMeanwhile_KeepsItsSource()
    {
        var isListed = false;
        var result = await RunWithAsync(
            request =>
            {
                var uri = request.Uri.ToString();
                isListed |= uri.Contains("comp=list", StringComparison.Ordinal);
                return isListed && uri.Contains("Operations()", StringComparison.Ordinal);
            },
            () => AddOperationAsync("restore", "r1", ("Status", "pending"), ("BackupId", "2")));

        Counts(result).ShouldBe("examined=2 kept=2");
        ReasonOf("2").ShouldBe("keep liveRestore");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_ThatGetsLost_IsNoReasonToFail(bool ofDelete)
    {
        var lost = new LostResponsePolicy(ofDelete ? IsDelete : IsMark);

        var result = await RunAsync(storage: NewStorage(lost));

        lost.Met.ShouldBeTrue();
        Counts(result).ShouldBe("examined=2 kept=1 pruned=1");
        (await StatusAsync("2")).ShouldBe("pruned");
    }

    [Fact]
    public async Task Run_KilledAtAnyRequest_IsCompletedByTheNext()
    {
        for (var last = 1; ; last++)
        {
            var id = $"k{last}";
            await AddBackupAsync(id, 3);
            var writes = 0;
            var death = new CrashPolicy(request => request.Method != RequestMethod.Get && request.Method != RequestMethod.Head && ++writes >= last);

            await Should.ThrowAsync<Exception>(async () => Throw(await RunAsync(storage: NewStorage(death)), death.Died));
            if (!death.Died)
            {
                last.ShouldBeGreaterThan(4);
                return;
            }

            var isGone = !(await BlobNamesAsync()).Contains(BlobOf(id));
            (await StatusAsync(id)).ShouldBeOneOf(isGone ? ["completed", "pruned"] : ["completed"]);
            var next = await RunAsync();

            next.Outcome.ShouldBe(Outcome.Completed, $"killed at write {last}");
            (await StatusAsync(id)).ShouldBe("pruned");
            (await BlobNamesAsync()).ShouldBe([BlobOf("1")]);
            await AddBackupAsync("2", 2);
        }

        static void Throw(TaskResult result, bool died) => throw new InvalidOperationException($"{result.Outcome} {died}");
    }

    [Fact]
    public async Task Mark_OfABackupThatIsKeptNow_IsTakenAway()
    {
        await ChangeAsync("2", ("PruneStartedAt", TimeProvider.System.GetUtcNow()), ("Protected", true));

        Counts(await RunAsync()).ShouldBe("examined=2 kept=1 protected=1");
        var row = await RowAsync("2");
        row.ContainsKey("PruneStartedAt").ShouldBeFalse();
        row["Odd"].ShouldBe(3.5);
        (await AuditAsync()).ShouldContain("\"action\":\"cancel_prune\",\"target\":\"backup/2\",\"result\":\"cleared\"");
    }

    [Fact]
    public async Task Refusal_OfOneBlob_StopsNoOther()
    {
        await AddBackupAsync("3", 3);
        var fault = new FaultPolicy(
            request => IsDelete(request) && request.Uri.Path.Contains("/2.zip", StringComparison.Ordinal), 409, "BlobImmutableDueToPolicy");

        var result = await RunAsync(storage: NewStorage(fault));

        fault.Met.ShouldBeTrue();
        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("examined=3 kept=1 pruned=1 failed=1");
        result.Error!.ShouldContain("backup/2 could not be pruned: the storage answered 409 (BlobImmutableDueToPolicy). The next run tries again.");
        Counts(await RunAsync()).ShouldBe("examined=2 kept=1 pruned=1");
    }

    [Theory]
    [InlineData("comp=list")]
    [InlineData("Operations()")]
    [InlineData("Configurations()")]
    public async Task Read_ThatFails_PrunesNothing(string part)
    {
        var fault = new FaultPolicy(request => request.Uri.ToString().Contains(part, StringComparison.Ordinal), 403, "AuthorizationFailure");

        await Should.ThrowAsync<RequestFailedException>(() => RunAsync(storage: NewStorage(fault)));

        (await BlobNamesAsync()).ShouldContain(BlobOf("2"));
        (await StatusAsync("2")).ShouldBe("completed");
    }

    private static bool IsDelete(Request request) => request.Method == RequestMethod.Delete;

    private async Task<TaskResult> RunWithAsync(Func<Request, bool> at, Func<Task> what)
    {
        var meanwhile = new InterveningPolicy(at, what);
        var result = await RunAsync(storage: NewStorage(meanwhile));
        meanwhile.Met.ShouldBeTrue();
        return result;
    }

    private async Task ChangeAsync(string id, params (string Column, object? Value)[] columns)
    {
        var row = new TableEntity("backup", id);
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        await Storage.Operations.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Merge, Cancellation);
    }
}
