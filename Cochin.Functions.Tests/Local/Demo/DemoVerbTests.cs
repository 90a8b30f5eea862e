using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests.Local.Demo;

/// <summary>Runs the demo in an empty folder with only the npm packages.</summary>
public sealed class DemoVerbTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cochin-demo").FullName;

    public DemoVerbTests() => Directory.CreateSymbolicLink(Path.Combine(folder, "node_modules"), Path.Combine(ProjectRoot.Path, "node_modules"));

    // The demo must not touch a configured storage.
    private KeyValuePair<string, string>[] Settings => [new("COCHIN_ROOT", folder), new("CochinStorage", "UseDevelopmentStorage=true")];

    [Fact]
    public async Task Demo_Twice_DoesTheWorkOnlyOnce()
    {
        var first = await CochinProcess.RunAsync(Settings, "demo");
        var second = await CochinProcess.RunAsync(Settings, "demo", "--json");

        first.ExitCode.ShouldBe(0, first.Errors);
        first.Output.ShouldContain("DV-2026-103 : début de la période de paiement", customMessage: "the start …");
        first.Output.ShouldContain("DV-2026-103 : échéance de paiement", customMessage: "… and the end on the same day");
        first.Output.ShouldContain("en retard");
        first.Output.ShouldContain("a live operation uses it");
        first.Output.ShouldContain("old and unused");
        first.Output.ShouldContain("is damaged; see the warning");
        first.Errors.ShouldContain("1 of 6 backups is damaged");
        first.Errors.ShouldContain("backup/b-mardi (storage/quotidien/cochin-mardi.zip)");
        first.Output.ShouldContain("no rule keeps it");
        first.Output.ShouldContain("hebdo/cochin-s39.tar.gz");
        first.Output.ShouldContain("./cochin status");
        second.ExitCode.ShouldBe(0, second.Errors);
        second.Json.EnumerateArray().Select(run => run.GetProperty("outcome").GetString())
            .ShouldBe(["Completed", "Completed", "Completed", "Completed", "Completed", "Partial", "Completed"]);
        string[] work = ["startSent", "endSent", "deleted", "marked", "registered", "missing", "healed", "verified", "pruned", "failed"];
        second.Json.EnumerateArray().SelectMany(run => run.GetProperty("counts").EnumerateObject()).Where(count => work.Contains(count.Name))
            .ShouldAllBe(count => count.Value.GetInt64() == 0);
    }

    public void Dispose()
    {
        Directory.Delete(Path.Combine(folder, "node_modules"));
        Directory.Delete(folder, recursive: true);
    }
}
