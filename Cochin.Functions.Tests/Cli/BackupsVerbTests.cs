using System.Security.Cryptography;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Backups;
using Cochin.Functions.Tests.Proof.Proxy;

namespace Cochin.Functions.Tests.Cli;

public sealed class BackupsVerbTests(AzuriteServer server) : BackupTest(server)
{
    private readonly AzuriteServer server = server;

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
        backups["odd"].GetProperty("sizeBytes").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
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
        none.Output.ShouldContain("no backups of the configuration 'Othr', but 3 of others. Did you mean 'Other'?");
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

    [Fact]
    public async Task Download_ToAFolder_WritesTheFileAndItsChecksum()
    {
        var bytes = await AddBackupAsync(1_000);

        var result = await RunAsync("backups", "download", "1", "--to", Folder, "--json");

        result.ExitCode.ShouldBe(0, result.Errors);
        (await File.ReadAllBytesAsync(Target, Cancellation)).ShouldBe(bytes);
        result.Json.EnumerateObject().Select(member => $"{member.Name}={member.Value}").ShouldBe([
            "id=1", $"file={Target}", "bytes=1000", "continued=0", $"sha256={Convert.ToHexStringLower(SHA256.HashData(bytes))}", "checked=True",
        ]);
        result.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Download_FileExists_IsRefusedWithoutForce()
    {
        var bytes = await AddBackupAsync(1_000);
        await File.WriteAllTextAsync(Target, "mine", Cancellation);

        var refused = await RunAsync("backups", "download", "1", "--to", Target);
        var kept = await File.ReadAllTextAsync(Target, Cancellation);
        var forced = await RunAsync("backups", "download", "1", "--to", Target, "--force");

        refused.ExitCode.ShouldBe(2);
        refused.Errors.ShouldContain("--force");
        kept.ShouldBe("mine");
        forced.ExitCode.ShouldBe(0, forced.Errors);
        (await File.ReadAllBytesAsync(Target, Cancellation)).ShouldBe(bytes);
    }

    [Fact]
    public async Task Download_ToStandardOutput_WritesNothingElseThere()
    {
        var bytes = await AddBackupAsync(Large);

        var result = await RunInShellAsync($"backups download 1 --to - > '{Target}'");

        result.ExitCode.ShouldBe(0, result.Errors);
        (await File.ReadAllBytesAsync(Target, Cancellation)).ShouldBe(bytes);
        result.Errors.ShouldContain("Its SHA-256 is the recorded one");
    }

    [Fact]
    public async Task Download_ReaderEnds_FailsAndSaysSo()
    {
        await AddBackupAsync(Large);

        var result = await RunInShellAsync("backups download 1 --to - | head -c 10 > /dev/null; exit ${PIPESTATUS[0]}");

        result.ExitCode.ShouldBe(1, result.Errors);
        result.Errors.ShouldContain("error: The program that reads standard output has ended");
    }

    [Fact]
    public async Task Download_OutputIsFull_IsReported()
    {
        await AddBackupAsync(1_000);

        var result = await RunInShellAsync("backups download 1 --to - > /dev/full");

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain("error: The result can't be written to standard output: No space left");
    }

    [Fact]
    public async Task Download_FileGetsTooLarge_NamesItAndKeepsThePart()
    {
        await AddBackupAsync(Large);

        // In KiB, so that two pieces fit; .NET itself maps a large file unless it is asked not to.
        var result = await RunInShellAsync($"backups download 1 --to '{Target}'", "ulimit -f 8192; trap '' XFSZ; DOTNET_EnableWriteXorExecute=0");

        result.ExitCode.ShouldBe(1, result.Errors);
        result.Errors.ShouldContain($"error: '{Target}.");
        result.Errors.ShouldContain("can't be written");
        File.Exists(Target).ShouldBeFalse();
        Files.ShouldHaveSingleItem().ShouldEndWith(".part");
    }

    [Theory]
    [InlineData("download", "2")]
    [InlineData("protect", "2")]
    [InlineData("unprotect", "2")]
    public async Task Backup_UnknownId_Exits1(string verb, string id)
    {
        await AddBackupAsync(1);

        var result = await RunAsync("backups", verb, id, "--json");

        result.ExitCode.ShouldBe(1);
        result.Error.GetProperty("code").GetString().ShouldBe("unknown_backup");
    }

    [Theory]
    [InlineData("--to", "-", "--json")]
    [InlineData("--to", "/dev/null", "--force")]
    [InlineData("--to", "/no/such/folder/", "--force")]
    public async Task Download_BadPlace_Exits2(params string[] options)
    {
        await AddBackupAsync(1);

        (await RunAsync(["backups", "download", "1", .. options])).ExitCode.ShouldBe(2);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("KILL", 137)]
    public async Task Download_Ended_IsContinuedByTheNext(string signal, int exitCode)
    {
        var bytes = await AddBackupAsync(Large);
        var hung = new TaskCompletionSource();
        await using var proxy = new TamperingProxy(server.Endpoint, new Uri("http://127.0.0.1:9/"), exchange =>
        {
            if (exchange.Call.Request.Header("x-ms-range") != $"bytes={4 * Piece}-{(5 * Piece) - 1}")
            {
                return exchange.PassOnAsync();
            }

            hung.TrySetResult();
            return exchange.HangAsync();
        });
        using var victim = CochinProcess.Start([.. Settings, new("CochinStorage", proxy.Storage.ConnectionString)], "backups", "download", "1", "--to", Folder);
        await hung.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);

        await victim.SignalAsync(signal);
        var ended = await victim.EndAsync();
        var part = Files.ShouldHaveSingleItem();
        var result = await RunAsync("backups", "download", "1", "--to", Folder, "--json");

        ended.ExitCode.ShouldBe(exitCode);
        ended.Errors.Contains(part, StringComparison.Ordinal).ShouldBe(signal == "INT");
        result.ExitCode.ShouldBe(0, result.Errors);
        result.Json.GetProperty("continued").GetInt64().ShouldBeGreaterThanOrEqualTo(Piece);
        (await File.ReadAllBytesAsync(Target, Cancellation)).ShouldBe(bytes);
        Files.ShouldBe(["été 1.zip"]);
    }

    [Fact]
    public async Task Protect_ThenUnprotect_IsShownAndInTheAuditLog()
    {
        await AddBackupAsync(1);

        var done = await RunAsync("backups", "protect", "1");
        var again = await RunAsync("backups", "protect", "backup/1", "--json");
        var listed = await RunAsync("backups", "list", "--json");
        var undone = await RunAsync("backups", "unprotect", "1", "--json");
        var logs = await RunAsync("logs");
        var verified = await RunAsync("logs", "--verify", "--json");

        done.Output.ShouldContain("backup/1 is protected");
        again.Json.GetProperty("changed").GetBoolean().ShouldBeFalse();
        listed.Json.GetProperty("backups")[0].GetProperty("protected").GetBoolean().ShouldBeTrue();
        undone.Json.GetProperty("protected").GetBoolean().ShouldBeFalse();
        logs.Output.Split('\n').Count(line => line.Contains("protect", StringComparison.Ordinal)).ShouldBe(4, logs.Output);
        verified.ExitCode.ShouldBe(0, verified.Output);
    }

    private KeyValuePair<string, string>[] Settings =>
    [
        new("CochinStorage", ConnectionString),
        new("Cochin__Storage__BackupContainer", Names.BackupContainer),
        new("Cochin__Storage__SystemContainer", Names.SystemContainer),
        new("Cochin__Storage__TablePrefix", Names.TablePrefix),
    ];

    private Task<CommandResult> RunAsync(params string[] arguments) => CochinProcess.RunAsync(Settings, arguments);

    private Task<CommandResult> RunInShellAsync(string arguments, string before = "") => Command.RunAsync(
        AppContext.BaseDirectory,
        [.. Settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)), new("COCHIN_ROOT", AppContext.BaseDirectory)],
        "bash",
        "-c",
        $"{before} dotnet '{Path.Combine(AppContext.BaseDirectory, "Cochin.Functions.dll")}' {arguments}");
}
