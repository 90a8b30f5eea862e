using System.Text.Json.Nodes;
using Cochin.Functions.Auditing;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

public sealed class RebuildBackupPathsTaskTests(AzuriteServer server) : RebuildTest(server)
{
    [Fact]
    public async Task Run_Twice_WritesNothingTheSecondTime()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await AddBackupAsync("gone", "completed", "storage/prod/gone.zip");
        await RunAsync();
        var requests = new List<string>();

        var second = await RunAsync(storage: NewStorage(new RequestHook(request =>
        {
            requests.Add(request.Method.Method);
            return Task.CompletedTask;
        })));

        Counts(second).ShouldBe("blobs=1 records=2");
        requests.ShouldAllBe(method => method == "GET");
        requests.Count.ShouldBe(4, "container, rows, blobs, and blobs again for the items");
    }

    [Fact]
    public async Task Run_WithChanges_AuditsEachBeforeAndAfter()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await UploadAsync("storage/prod/back.zip", Old);
        await AddBackupAsync("gone", "completed", "storage/prod/gone.zip");
        await AddBackupAsync("back", "file_missing", "storage/prod/back.zip", 7);

        await RunAsync();

        (await AuditedAsync()).Select(line => $"{line["action"]} {line["target"]} {line["result"]}").ShouldBe(
            [
                $"register backup/{BlobKey.Of("storage/prod/a.zip").RowKey} planned",
                $"register backup/{BlobKey.Of("storage/prod/a.zip").RowKey} registered",
                "heal backup/back planned",
                "mark_missing backup/gone planned",
                "heal backup/back healed",
                "mark_missing backup/gone marked",
            ]);
    }

    [Fact]
    public async Task Items_ListEachBlobAndMissingBlobOnce()
    {
        await UploadAsync("storage/prod/orphan.zip", Old);
        await UploadAsync("storage/prod/fresh.zip");
        await UploadAsync("storage/prod/notes.txt");
        await UploadAsync("storage/prod/known.zip", content: "1234567");
        await UploadAsync("storage/prod/right.zip");
        await UploadAsync("storage/prod/back.zip");
        await AddBackupAsync("0", "completed", "storage/prod/right.zip");
        await AddBackupAsync("1", "completed", "storage/prod/known.zip", 9);
        await AddBackupAsync("2", "completed", "storage/prod/gone.zip");
        await AddBackupAsync("3", "file_missing", "storage/prod/back.zip", 7);

        await RunAsync();

        Items.Select(item => $"{item.Area} {item.Name} {item.Decision} {item.Reason} {item.Blobs}").Order().ShouldBe(
            new[]
            {
                "storage prod/orphan.zip register orphan 1",
                "storage prod/fresh.zip keep inFlight 1",
                "storage prod/notes.txt keep ignored 1",
                "storage prod/right.zip keep unchanged 1",
                "storage prod/known.zip report mismatch 1",
                "storage prod/gone.zip mark missing 0",
                "storage prod/back.zip heal returned 1",
            }.Order());
        Items.Single(item => item.Decision == "register").AgeHours!.Value.ShouldBe(2, 0.1);
    }

    [Fact]
    public async Task Batches_MoreThanOne_AreAllProcessed()
    {
        var checksum = new Dictionary<string, string> { ["sha256"] = new string('c', 64) };
        await Parallel.ForAsync(0, 120, Cancellation, async (i, _) => await UploadAsync($"storage/prod/{i:d3}.zip", Old, metadata: checksum));
        await AddBackupsAsync(120, i => $"storage/prod/gone-{i}.zip");

        var result = await RunAsync(new RebuildBackupPathsOptions { AllowMassMissing = true });

        Counts(result).ShouldBe("blobs=120 records=120 registered=120 missing=120");
        (await BackupsAsync()).Count.ShouldBe(240);
    }

    [Fact]
    public async Task DryRun_OnlyReadsAndCountsThePlannedChanges()
    {
        await UploadAsync("storage/prod/a.zip", Old, "1234567");
        await UploadAsync("storage/prod/back.zip");
        await AddBackupAsync("gone", "completed", "storage/prod/gone.zip");
        await AddBackupAsync("back", "file_missing", "storage/prod/back.zip", 7);
        var methods = new HashSet<string>();
        var storage = NewStorage(new RequestHook(request =>
        {
            methods.Add(request.Method.Method);
            return Task.CompletedTask;
        }));

        var dry = await RunAsync(new RebuildBackupPathsOptions { DryRun = true }, storage: storage);
        var real = await RunAsync();

        methods.ShouldBeSubsetOf(["GET", "HEAD"]);
        Counts(dry).ShouldBe("blobs=2 records=2 registered=1 missing=1 healed=1");
        dry.Bytes.ShouldBe([new("registered", 7)]);
        Counts(real).ShouldBe(Counts(dry));
    }

    [Fact]
    public void Option_BlankUser_IsRejected()
    {
        var user = RebuildBackupPathsDescription.Value.Options.Single(option => option.Name == "user-id");

        user.Read(new RebuildBackupPathsOptions(), " ", out var problem).UserId.ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain("the id of a user");
    }
}
