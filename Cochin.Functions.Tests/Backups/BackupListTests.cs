using System.Text.Json;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Backups;

/// <summary>What <c>backups list</c> shows.</summary>
public sealed class BackupListTests(AzuriteServer server) : BackupTest(server)
{
    [Fact]
    public async Task List_Json_HasWhatTheContractSays()
    {
        var at = new DateTimeOffset(2026, 11, 1, 3, 0, 0, TimeSpan.Zero);
        await AddOperationAsync(
            "backup",
            "1",
            ("Name", "Été"),
            ("Status", "completed"),
            ("Configuration", "Daily Backup"),
            ("BlobName", BlobName),
            ("SizeBytes", 5L),
            ("Sha256", "ab"),
            ("CompletedAt", at),
            ("VerifiedAt", at.AddDays(1)),
            ("VerifiedLevel", "contents"),
            ("Damage", "is cut off"),
            ("Protected", true));
        await AddOperationAsync("restore", "2", ("Status", "completed"));

        var result = await RunAsync("backups", "list", "--json");

        result.ExitCode.ShouldBe(0, result.Errors);
        var backup = result.Json.GetProperty("backups").EnumerateArray().ShouldHaveSingleItem();
        backup.EnumerateObject().Select(member => $"{member.Name}={member.Value}").ShouldBe([
            "id=1", "name=Été", "configuration=Daily Backup", "status=completed", $"blobName={BlobName}", "sizeBytes=5", "sha256=ab",
            "completedAt=2026-11-01T03:00:00Z", "verifiedAt=2026-11-02T03:00:00Z", "verifiedLevel=contents", "damage=is cut off", "protected=True",
        ]);
    }

    [Fact]
    public async Task List_OldAndUnreadableRows_ShowsAllAndNamesWhatCantBeRead()
    {
        await AddOperationAsync("backup", "old", ("Status", "completed"), ("BlobName", "storage/q/old.zip"));
        await AddOperationAsync(
            "backup", "odd", ("Status", 3L), ("SizeBytes", "big"), ("CompletedAt", 5L), ("VerifiedAt", "yesterday"), ("BlobName", true), ("Protected", "yes"));

        var text = await RunAsync("backups", "list");
        var json = await RunAsync("backups", "list", "--json");

        text.ExitCode.ShouldBe(0);
        text.Output.ShouldContain("old");
        text.Output.ShouldContain("odd");
        text.Errors.ShouldNotContain("backup/old");
        foreach (var column in new[] { "Status", "SizeBytes", "CompletedAt", "VerifiedAt", "BlobName", "Protected" })
        {
            text.Errors.ShouldContain(column);
            json.Errors.ShouldContain(column);
        }

        var backups = json.Json.GetProperty("backups").EnumerateArray().ToDictionary(backup => backup.GetProperty("id").GetString()!);
        backups["odd"].GetProperty("protected").GetBoolean().ShouldBeTrue("what can't be read protects");
        backups["odd"].GetProperty("sizeBytes").ValueKind.ShouldBe(JsonValueKind.Null);
        backups["old"].GetProperty("protected").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task List_BlobIsProtectedByItsMetadata_IsProtected()
    {
        await UploadAsync("storage/q/a.zip", metadata: new Dictionary<string, string> { ["protected"] = "true" });
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", "/app/backups/storage/q/a.zip"));

        var result = await RunAsync("backups", "list", "--json");

        result.Json.GetProperty("backups")[0].GetProperty("protected").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task List_OfOneConfiguration_ShowsItAloneNewestLast()
    {
        var at = TimeProvider.System.GetUtcNow();
        await AddOperationAsync("backup", "1", ("Configuration", "Été"), ("CompletedAt", at.AddHours(-1)));
        await AddOperationAsync("backup", "2", ("Configuration", "Été"), ("CompletedAt", at.AddHours(-2)));
        await AddOperationAsync("backup", "3", ("Configuration", "Other"), ("CompletedAt", at));

        var result = await RunAsync("backups", "list", "--configuration", "e\u0301te\u0301", "--json");
        var none = await RunAsync("backups", "list", "--configuration", "Othr");

        result.Json.GetProperty("backups").EnumerateArray().Select(backup => backup.GetProperty("id").GetString()).ShouldBe(["2", "1"]);
        none.ExitCode.ShouldBe(0);
        none.Output.ShouldContain("No backup belongs to the configuration 'Othr' (backups in total: 3). Did you mean 'Other'?");
    }

    [Fact]
    public async Task List_NothingThere_SaysWhatToTypeNext()
    {
        var text = await RunAsync("backups", "list");
        var json = await RunAsync("backups", "list", "--json");

        text.ExitCode.ShouldBe(0);
        text.Output.ShouldContain("./cochin rebuild_backup_paths");
        json.Json.GetProperty("backups").GetArrayLength().ShouldBe(0);
    }
}
