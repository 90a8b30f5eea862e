using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>The verb <c>prune_backups</c>, and its job, which exists only once a retention rule is set.</summary>
public sealed class PruneVerbTests(AzuriteServer server) : CommandTest(server)
{
    private const string Verb = "prune_backups";

    [Theory]
    [InlineData("--force")]
    [InlineData("--force", "--keep-last", "0", "--keep-within-days", "0")]
    [InlineData("--dry-run", "--configuration", "prod")]
    public async Task Policy_ThatKeepsNothing_IsAUsageErrorWithTheNextStep(params string[] arguments)
    {
        var result = await RunAsync([Verb, .. arguments, "--json"]);

        result.ExitCode.ShouldBe(2);
        var error = result.Json.GetProperty("error");
        error.GetProperty("message").GetString().ShouldBe("No rule keeps any backup.");
        error.GetProperty("hint").GetString()!.ShouldContain("--keep-last 7");
    }

    [Theory]
    [InlineData("--keep-last", "-1")]
    [InlineData("--keep-daily", "1.5")]
    [InlineData("--keep-within-days", "99999999999")]
    public async Task Number_ThatCannotBeMeant_IsAUsageError(params string[] arguments) =>
        (await RunAsync([Verb, .. arguments, "--force"])).ExitCode.ShouldBe(2);

    [Fact]
    public async Task Job_WithoutAPolicy_AppearsOnlyInDoctorAndWhenItIsAskedFor()
    {
        var run = await RunAsync("run", Verb, "--json");

        run.ExitCode.ShouldBe(2);
        run.Json.GetProperty("error").GetProperty("hint").GetString()!.ShouldContain("Cochin__Retention__KeepLast");
        (await RunAsync("show")).Output.ShouldNotContain(Verb);
        (await RunAsync("simulate", "--from", "2026-11-01", "--to", "2026-11-08")).Output.ShouldNotContain(Verb);
        (await RunAsync("run", "all", "--dry-run", "--json")).Output.ShouldNotContain(Verb);
        (await RunAsync("doctor")).Output.ShouldContain("does not exist until Cochin__Retention__KeepLast");
    }

    [Fact]
    public async Task Backups_OfADryRun_AreShownPerConfigurationWithTheRule()
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (id, days) in new[] { ("new", 1), ("old", 40) })
        {
            await UploadAsync($"storage/prod/{id}.zip", TimeSpan.FromDays(days));
            await AddOperationAsync(
                OperationKind.Backup, id,
                ("Status", "completed"), ("Configuration", "prod"), ("BlobName", $"storage/prod/{id}.zip"), ("CompletedAt", now.AddDays(-days)));
        }

        var refused = await RunAsync(Verb, "--keep-last", "1");
        var table = await RunAsync(Verb, "--keep-last", "1", "--dry-run", "--verbose");
        var json = await RunAsync(Verb, "--keep-last", "1", "--force", "--verbose", "--json");

        refused.ExitCode.ShouldBe(2, "it asks first, and there is no terminal");
        table.ExitCode.ShouldBe(0, table.Errors);
        table.Output.ShouldContain("prod (last 1): keep 1 (7 B), prune 1 (7 B)");
        table.Output.ShouldMatch(@"(?m)^old\.zip +\w{3} .* 40 days +7 B +no +prune +policy$");
        table.Output.ShouldNotContain("storage", customMessage: "the list of items is not shown a second time");
        json.Json.GetProperty("items").EnumerateArray()
            .Select(item => $"{item.GetProperty("name")} {item.GetProperty("decision")} {item.GetProperty("reason")}")
            .ShouldBe(["prod/new.zip keep last", "prod/old.zip prune policy"]);
        json.Json.GetProperty("counts").GetProperty("pruned").GetInt64().ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["storage/prod/new.zip"]);
    }
}
