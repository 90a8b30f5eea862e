using System.Diagnostics;
using System.Text.Json;

namespace Cochin.Functions.Tests.Infra;

/// <summary>The parser of KQL that Microsoft publishes for JavaScript, run once by Node for all queries.</summary>
internal static class KustoParser
{
    public static async Task<IReadOnlyDictionary<string, KustoAnswer>> CheckAsync(IReadOnlyDictionary<string, string> tables, IReadOnlyDictionary<string, string> queries)
    {
        Directory.Exists(Path.Combine(ProjectRoot.Path, "node_modules", "@kusto")).ShouldBeTrue("The parser of KQL is not installed: run `npm ci`.");

        var cancellation = TestContext.Current.CancellationToken;
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(ProjectRoot.Path, "Cochin.Functions.Tests", "Infra", "kusto-check.cjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = node.StandardOutput.ReadToEndAsync(cancellation);
        var errors = node.StandardError.ReadToEndAsync(cancellation);
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new { tables, queries }).AsMemory(), cancellation);
        node.StandardInput.Close();
        await node.WaitForExitAsync(cancellation);

        node.ExitCode.ShouldBe(0, await errors);
        return JsonSerializer.Deserialize<Dictionary<string, KustoAnswer>>(await output, JsonSerializerOptions.Web)!;
    }
}
