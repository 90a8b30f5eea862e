using System.Security.Cryptography;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Backups;
using Cochin.Functions.Tests.Proof.Proxy;

namespace Cochin.Functions.Tests.Cli;

public sealed class BackupsVerbTests(AzuriteServer server) : BackupTest(server)
{
    private readonly AzuriteServer server = server;

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
        result.Errors.ShouldContain("Its SHA-256 matches the recorded one");
    }

    [Fact]
    public async Task Download_ReaderEnds_FailsAndSaysSo()
    {
        await AddBackupAsync(Large);

        var result = await RunInShellAsync("backups download 1 --to - | head -c 10 > /dev/null; exit ${PIPESTATUS[0]}");

        result.ExitCode.ShouldBe(1, result.Errors);
        result.Errors.ShouldContain("error: The program that reads standard output ended");
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

    private Task<CommandResult> RunInShellAsync(string arguments, string before = "") => Command.RunAsync(
        AppContext.BaseDirectory,
        [.. Settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)), new("COCHIN_ROOT", AppContext.BaseDirectory)],
        "bash",
        "-c",
        $"{before} dotnet '{Path.Combine(AppContext.BaseDirectory, "Cochin.Functions.dll")}' {arguments}");
}
