using System.Diagnostics;
using System.Text.Json;

namespace Cochin.Functions.Tests.Infra;

/// <summary>A script on the parser of KQL that Microsoft publishes for JavaScript, run by Node: a line of JSON in, a line out.</summary>
internal sealed class KustoNode : IAsyncDisposable
{
    private readonly Process node;

    public KustoNode(string script)
    {
        Directory.Exists(Path.Combine(ProjectRoot.Path, "node_modules", "@kusto")).ShouldBeTrue("The parser of KQL is not installed: run `npm ci`.");
        node = Process.Start(new ProcessStartInfo("node", [Path.Combine(ProjectRoot.Path, "Cochin.Functions.Tests", "Infra", script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public async Task<T> AskAsync<T>(object question)
    {
        await node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question));
        await node.StandardInput.FlushAsync();
        var answer = (await node.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull("Node said nothing.");
        answer.ShouldNotStartWith("{\"error\"");
        return JsonSerializer.Deserialize<T>(answer, JsonSerializerOptions.Web)!;
    }

    public async ValueTask DisposeAsync()
    {
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        node.Dispose();
    }
}
