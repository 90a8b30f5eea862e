using System.Text.Json;
using Cochin.Functions.Locking;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>JSON and exit codes of runs; dry runs write nothing.</summary>
public sealed class RunVerbTests(AzuriteServer server) : CommandTest(server)
{
    private static readonly string[] Members = ["job", "task", "runId", "trigger", "outcome", "reason", "dryRun", "startedAt", "durationMs", "counts", "bytes", "error"];

    [Fact]
    public async Task Run_OfATask_HasTheDocumentedJson()
    {
        await UploadAsync("temp/old.txt", TimeSpan.FromHours(30), "12345");
        await UploadAsync("temp/fresh.txt");

        var result = await RunAsync("cleanup_temp_files", "--auto", "--json");

        result.ExitCode.ShouldBe(0);
        result.Errors.ShouldBeEmpty();
        var run = result.Json;
        run.EnumerateObject().Select(member => member.Name).Intersect(Members).ShouldBe(Members, ignoreOrder: true);
        run.GetProperty("job").GetString().ShouldBe("cleanup_temp_files");
        run.GetProperty("trigger").GetString().ShouldBe("Manual");
        run.GetProperty("outcome").GetString().ShouldBe("Completed");
        run.GetProperty("reason").ValueKind.ShouldBe(JsonValueKind.Null);
        run.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
        run.GetProperty("dryRun").GetBoolean().ShouldBeFalse();
        run.GetProperty("startedAt").GetString()!.ShouldEndWith("Z");
        run.GetProperty("counts").EnumerateObject().Select(count => count.Name).ShouldBe(["scanned", "old", "deleted", "inUse", "changed", "failed", "blobsDeleted"]);
        run.GetProperty("counts").GetProperty("deleted").GetInt64().ShouldBe(1);
        run.GetProperty("bytes").GetProperty("freed").GetInt64().ShouldBe(5);
        run.TryGetProperty("items", out _).ShouldBeFalse();
        (await BlobNamesAsync()).ShouldBe(["temp/fresh.txt"]);
    }

    [Fact]
    public async Task Items_WithUnusualNames_AreUnchanged()
    {
        var names = new[] { "a b#c%25?d", "é…\u202e名前", new string('x', 1_024 - "uploads/".Length) };
        foreach (var name in names)
        {
            await UploadAsync("uploads/" + name, TimeSpan.FromHours(30));
        }

        var items = (await RunAsync("cleanup_temp_files", "--force", "--verbose", "--json")).Json.GetProperty("items").EnumerateArray().ToList();

        items.Select(item => item.GetProperty("name").GetString()).ShouldBe(names, ignoreOrder: true);
        items.ShouldAllBe(item => item.GetProperty("area").GetString() == "uploads" && item.GetProperty("decision").GetString() == "delete" && item.GetProperty("reason").GetString() == "old");
        items.ShouldAllBe(item => item.GetProperty("ageHours").GetDouble() > 29 && item.GetProperty("bytes").GetInt64() == 7 && item.GetProperty("blobs").GetInt64() == 1);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Name_WithControlCharacters_IsShownWithoutThem()
    {
        await UploadAsync("temp/red\u009b31m\u202etxt", TimeSpan.FromHours(30));

        var result = await RunAsync("cleanup_temp_files", "--dry-run", "--verbose");

        result.Output.ShouldContain("red");
        result.Output.ShouldNotContain("\u009b");
        result.Output.ShouldNotContain("\u202e");
    }

    [Fact]
    public async Task DryRuns_OfAllJobs_WriteNothing()
    {
        await UploadAsync("temp/old.txt", TimeSpan.FromHours(30));
        await UploadAsync("storage/default/a.zip", TimeSpan.FromHours(30));
        await AddOperationAsync("restore", "r1", ("Status", "running"), ("CreatedAt", TimeProvider.System.GetUtcNow().AddDays(-1)));
        await AddDevisAsync("D1", ("Statut", true), ("DateDebut", "2026-01-01"));

        var run = await RunAsync("run", "all", "--dry-run", "--json");
        var test = await RunAsync("test", "--json");

        run.ExitCode.ShouldBe(0);
        run.Json.EnumerateArray().Select(each => each.GetProperty("dryRun").GetBoolean()).ShouldBe([true, true, true, true, true, true]);
        test.Json.GetArrayLength().ShouldBe(6);
        test.Json[1].GetProperty("counts").GetProperty("deleted").GetInt64().ShouldBe(1);
        test.Json[3].GetProperty("counts").GetProperty("marked").GetInt64().ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["storage/default/a.zip", "temp/old.txt"]);
        (await Storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse();
        (await RunAsync("history", "--json")).Json.GetProperty("runs").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task RunOfAll_WithoutAWebhook_SkipsTheQuotesAndDoesTheRest()
    {
        var result = await RunAsync("run", "all", "--json");

        result.ExitCode.ShouldBe(0);
        result.Json.EnumerateArray().Select(run => run.GetProperty("outcome").GetString()).ShouldBe(["Skipped", "Completed", "Completed", "Completed", "Completed", "Completed"]);
        result.Json[0].GetProperty("reason").GetString().ShouldBe("NotConfigured");
    }

    [Fact]
    public async Task Run_WhileTheLockIsHeld_Exits11AndItsDryRunWorks()
    {
        var locks = new BlobLocks(Storage, TimeProvider.System);
        var (held, _) = await locks.TryAcquireAsync("cleanup_temp_files", new LockOwner("srv1:4711", "cleanup_temp_files", "run-1", TimeProvider.System.GetUtcNow()), Cancellation);
        await using var holding = held.ShouldNotBeNull();

        var weekend = await RunAsync("run", "cleanup_temp_files_weekend", "--json");
        var typed = await RunAsync("cleanup_temp_files", "--force");
        var all = await RunAsync("run", "all");
        var dry = await RunAsync("cleanup_temp_files", "--dry-run", "--json");

        weekend.ExitCode.ShouldBe(11);
        weekend.Json.GetProperty("outcome").GetString().ShouldBe("Skipped");
        weekend.Json.GetProperty("reason").GetString().ShouldBe("LockHeld");
        weekend.Json.GetProperty("error").GetString()!.ShouldContain("srv1:4711");
        typed.ExitCode.ShouldBe(11);
        all.ExitCode.ShouldBe(11);
        dry.ExitCode.ShouldBe(0);
        dry.Json.GetProperty("outcome").GetString().ShouldBe("Completed");
    }

    [Fact]
    public async Task ShowStats_Alone_MarksNothing()
    {
        await AddOperationAsync("backup", "b1", ("Status", "running"), ("CreatedAt", TimeProvider.System.GetUtcNow().AddDays(-1)));

        var result = await RunAsync("cleanup_stuck_operations", "--show-stats", "--json");

        result.ExitCode.ShouldBe(0);
        result.Json.GetProperty("stats").EnumerateArray().Single().GetProperty("status").GetString().ShouldBe("running");
        (await Storage.Operations.GetEntityAsync<Azure.Data.Tables.TableEntity>("backup", "b1", cancellationToken: Cancellation)).Value["Status"].ShouldBe("running");
    }

    [Fact]
    public async Task Run_WithoutTheBackupContainer_FailsWithExit1()
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);
        await AddOperationAsync("backup", "42", ("Status", "completed"), ("BlobName", "storage/prod/a.zip"));

        var result = await RunAsync("rebuild_backup_paths", "--force", "--json");

        result.ExitCode.ShouldBe(1);
        result.Json.GetProperty("outcome").GetString().ShouldBe("Failed");
        result.Json.GetProperty("error").GetString()!.ShouldContain(Names.BackupContainer);
    }

    [Fact]
    public async Task Key_Wrong_IsExit1AndNotShown()
    {
        const string WrongKey = "d3JvbmcgYnV0IHdlbGwgZm9ybWVk";
        var settings = Settings;
        settings[0] = new("CochinStorage", System.Text.RegularExpressions.Regex.Replace(ConnectionString, "AccountKey=[^;]+", "AccountKey=" + WrongKey));

        var result = await CochinCommand.RunAsync(settings, "status");

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBeEmpty();
        result.Errors.ShouldContain("key");
        result.Errors.ShouldNotContain(WrongKey);
    }
}
