using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using CsCheck;

namespace Cochin.Functions.Tests.Proof.Input;

/// <summary>Lines at random: each ends with an exit code of the contract and in its form.</summary>
public sealed class CommandLineInputTests(AzuriteServer server) : CommandTest(server)
{
    // Without `serve`, `demo`, `logs --follow` and `report`, which go on, take minutes or write where they are told.
    private static readonly string[] Words =
    [
        "show", "status", "run", "test", "history", "explain", "logs", "add", "remove", "doctor", "unlock", "check_devis_notifications",
        "cleanup_temp_files", "cleanup_stuck_operations", "rebuild_backup_paths", "verify_backups", "prune_backups", "devis", "operations",
        "backups", "download", "protect", "unprotect", "import", "list", "func", "sync_django", "--database", "--backups",
        "all", "cleanup_temp_files_weekend", "d43fd5", "--json", "--set", "--dry-run", "--force", "--auto", "--age-hours", "--verbose",
        "--hours", "--minutes", "--operation-id", "--show-stats", "--scan-only", "--user-id", "--allow-mass-missing", "--devis-id",
        "--max-age-days", "--backup-id", "--all", "--keep-last", "--keep-within-days",
        "--for", "--reason", "--limit", "--outcome", "--since", "--verify", "--fix", "--status", "--configuration", "--help", "--version",
        "-h", "24", "1.5", "2h", "failed", "20261124T020000-d43fd5", "Cochin__TimeZone=Etc/UTC",
    ];

    [Fact]
    public async Task Line_OfAnyWords_EndsAsTheContractSays()
    {
        var codes = new Dictionary<int, int>();
        var word = Gen.Frequency((4, Hostile.OneOf(Words)), (1, Hostile.Argument));

        // The first word is a verb more often than not, or hardly a line would get anywhere.
        var line = Gen.Select(Hostile.OneOf(Words[..21]), word.Array[0, 5], Gen.Int[0, 9]).Select((verb, rest, luck) => luck == 0 ? rest : [verb, .. rest]);
        await line.Where(words => words.Length > 0).SampleAsync(
            async words =>
            {
                var result = await Typed.RunAsync(Settings, words);
                codes[result.ExitCode] = codes.GetValueOrDefault(result.ExitCode) + 1;
            },
            iter: ProofScale.Of(150, 2_000),
            threads: 1);

        codes.Keys.ShouldContain(0);
        codes.Keys.ShouldContain(2);
        ProofReport.Write(
            "7.2",
            "Command lines",
            "Command lines of verbs, options and hostile values in any order. Every exit code was a documented one, "
            + "there was no unexpected error or terminal control sequence, and JSON was one document.",
            ["exit code", "lines"],
            codes.OrderBy(pair => pair.Key).Select(pair => new object?[] { pair.Key, pair.Value }));
    }

    [Fact]
    public async Task Line_InAProcessOfItsOwn_EndsTheSameWay()
    {
        string[][] lines =
        [
            ["history", "\e[31m", "--json"], ["remove", "--reason", new string('x', 40_000), "--json"],
            ["cleanup_temp_files", "--age-hours", "NaN", "--force", "--json"], ["devis", "import", "", "--json"],
            ["run", "' or '1' eq '1", "--json"], ["--set", "https://discord.com/api/webhooks/1/m", "status", "--json"],
        ];

        foreach (var line in lines)
        {
            var result = await RunAsync(line);

            result.ExitCode.ShouldBe(2, string.Join(' ', line)[..Math.Min(80, string.Join(' ', line).Length)]);
            result.Json.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
            result.Errors.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Secret_TypedInTheWrongPlace_IsNotRepeated()
    {
        const string Address = "https://discord.com/api/webhooks/1/m";

        string[][] misplaced = [["--set", "Cochin__Discord__WebhookUrl", Address, "status"], ["status", Address], [Address], ["history", "--limit", Address]];
        foreach (var line in misplaced)
        {
            var result = await Typed.RunAsync(Settings, line);

            result.ExitCode.ShouldBe(2);
            result.Errors.ShouldNotContain(Address);
        }
    }
}
