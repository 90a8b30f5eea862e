using System.Collections.Concurrent;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Local.Demo;

/// <summary>Runs the demo in an empty folder with only the npm packages.</summary>
public sealed class DemoVerbTests : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> calls = new();
    private readonly HttpStub monitor;
    private readonly string folder = Directory.CreateTempSubdirectory("cochin-demo").FullName;

    public DemoVerbTests()
    {
        Directory.CreateSymbolicLink(Path.Combine(folder, "node_modules"), Path.Combine(ProjectRoot.Path, "node_modules"));
        monitor = new HttpStub((request, _) =>
        {
            calls.Enqueue(request.Url!.AbsolutePath);
            return "";
        });
    }

    // The demo must not use any of the settings of an installation.
    private KeyValuePair<string, string>[] Settings =>
    [
        new("COCHIN_ROOT", folder),
        new("CochinStorage", "UseDevelopmentStorage=true"),
        new("Cochin__Django__Database", "/nonexistent/db.sqlite3"),
        new("Cochin__Jobs__cleanup_temp_files__PingUrl", monitor.Url + "/ping"),
        new("Cochin__Jobs__nightly__Task", "verify_backups"),
        new("Cochin__Jobs__nightly__Schedule", "0 0 1 * * *"),
        new("APPLICATIONINSIGHTS_CONNECTION_STRING", $"InstrumentationKey={Guid.NewGuid()};IngestionEndpoint={monitor.Url}/"),
    ];

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
        calls.ShouldBeEmpty("neither a ping nor telemetry");
    }

    public async ValueTask DisposeAsync()
    {
        await monitor.DisposeAsync();
        Directory.Delete(Path.Combine(folder, "node_modules"));
        Directory.Delete(folder, recursive: true);
    }
}
