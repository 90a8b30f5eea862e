using System.Text.Json;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>A job defined by settings, in all verbs.</summary>
public sealed class FurtherJobTests(AzuriteServer server) : CommandTest(server)
{
    private const string Job = "uploads_hourly";

    private static readonly TimeSpan Old = TimeSpan.FromHours(30);

    private KeyValuePair<string, string>[] WithJob =>
    [
        .. Settings,
        new($"Cochin__Jobs__{Job}__Task", "cleanup_temp_files"),
        new($"Cochin__Jobs__{Job}__Schedule", "0 0 * * * *"),
        new($"Cochin__Jobs__{Job}__Options__Areas", "uploads/"),
    ];

    [Fact]
    public async Task Run_OfAFurtherJob_UsesItsOptionsAndIsRecorded()
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("uploads/a", Old);

        var tested = await RunWithJobAsync("test", Job, "--json");
        var run = await RunWithJobAsync("run", Job, "--json");

        tested.Json[0].GetProperty("counts").GetProperty("deleted").GetInt64().ShouldBe(1);
        run.ExitCode.ShouldBe(0, run.Output);
        run.Json.GetProperty("job").GetString().ShouldBe(Job);
        run.Json.GetProperty("task").GetString().ShouldBe("cleanup_temp_files");
        run.Json.GetProperty("counts").GetProperty("deleted").GetInt64().ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/a"]);
        var id = run.Json.GetProperty("runId").GetString()!;
        Runs(await RunWithJobAsync("history", Job, "--json")).ShouldBe([id]);
        (await RunWithJobAsync("history", "--json")).Output.ShouldContain(id);
        (await RunWithJobAsync("explain", id)).Output.ShouldContain(Job);
        (await RunWithJobAsync("report", "--json")).Json.GetProperty("jobs").EnumerateArray().Select(Name).ShouldContain(Job);
        Runs(await RunAsync("history", Job, "--json")).ShouldBe([id], "the job is no longer defined");
        (await RunAsync("explain", id)).Output.ShouldContain(Job, customMessage: "the job is no longer defined");
    }

    [Fact]
    public async Task FurtherJob_ShownAndSwitched_IsLikeTheOthers()
    {
        var shown = (await RunWithJobAsync("show", "--json")).Json.GetProperty("jobs").EnumerateArray().ToList();
        var id = shown[^1].GetProperty("id").GetString()!;
        var removed = await RunWithJobAsync("remove", id, "--json");
        var skipped = await RunWithJobAsync("run", Job, "--json");
        var added = await RunWithJobAsync("add", Job, "--json");
        var all = await RunWithJobAsync("run", "all", "--dry-run", "--json");
        var simulated = await RunWithJobAsync("simulate", "--from", "2026-06-01", "--to", "2026-06-02", "--json");
        var status = await RunWithJobAsync("status");
        var doctor = await RunWithJobAsync("doctor", "--json");

        shown.Select(Name).ToList()[^1].ShouldBe(Job);
        removed.Json.GetProperty("jobs").EnumerateArray().ShouldHaveSingleItem().GetProperty("enabled").GetBoolean().ShouldBeFalse();
        skipped.Json.GetProperty("reason").GetString().ShouldBe("Disabled");
        added.Json.GetProperty("jobs").EnumerateArray().ShouldHaveSingleItem().GetProperty("enabled").GetBoolean().ShouldBeTrue();
        all.Json.EnumerateArray().Select(run => run.GetProperty("job").GetString()).ShouldContain(Job);
        simulated.Json.GetProperty("occurrences").EnumerateArray().Count(occurrence => occurrence.GetProperty("job").GetString() == Job).ShouldBe(24);
        status.Output.ShouldContain(Job);
        doctor.Json.GetProperty("checks").EnumerateArray().Select(Name).ShouldContain(Job);
    }

    private static IEnumerable<string?> Runs(CommandResult result) =>
        result.Json.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("runId").GetString());

    private static string? Name(JsonElement one) => one.GetProperty("name").GetString();

    private Task<CommandResult> RunWithJobAsync(params string[] arguments) => CochinCommand.RunAsync(WithJob, arguments);
}
