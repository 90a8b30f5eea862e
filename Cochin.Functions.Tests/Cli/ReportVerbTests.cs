using System.Text.Json;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary><c>report</c>, and the page that each run publishes.</summary>
public sealed class ReportVerbTests(AzuriteServer server) : CommandTest(server)
{
    [Fact]
    public async Task Report_ToAFolder_WritesThePageAndPrintsItsPath()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var result = await RunAsync("report", "--output", Path.Combine(folder, "new"));

            result.ExitCode.ShouldBe(0);
            result.Errors.ShouldBeEmpty();
            result.Output.Trim().ShouldBe(Path.Combine(folder, "new", "index.html"));
            (await File.ReadAllTextAsync(result.Output.Trim(), Cancellation)).ShouldContain("<h1");
            File.Exists(Path.Combine(folder, "new", "status.json")).ShouldBeTrue();
            (await Storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse("reading creates nothing");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Report_AsJson_IsOneDocument()
    {
        var result = await RunAsync("report", "--json");

        result.ExitCode.ShouldBe(0);
        result.Json.GetProperty("jobs").GetArrayLength().ShouldBe(6);
        result.Json.GetProperty("timeZone").GetString().ShouldBe("Europe/Paris");
    }

    [Fact]
    public async Task Report_FolderNotWritable_IsReportedWithAHint()
    {
        var result = await RunAsync("report", "--output", "/proc/no");

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain("--output DIR");
    }

    [Fact]
    public async Task Run_Ended_HasPublishedThePage()
    {
        await RunAsync("run", "cleanup_temp_files", "--dry-run");
        (await Storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse("a dry run writes nothing");

        await RunAsync("run", "all");

        var json = JsonDocument.Parse((await Storage.System.GetBlobClient("status/status.json").DownloadContentAsync(Cancellation)).Value.Content).RootElement;
        json.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("lastRun").GetProperty("outcome").GetString())
            .ShouldBe(["Skipped", "Completed", "Completed", "Completed", "Completed", "Completed"], "the page is published a last time when the program ends");
        (await Storage.System.GetBlobClient("status/index.html").ExistsAsync(Cancellation)).Value.ShouldBeTrue();
    }
}
