using System.Diagnostics;
using System.Text.Json;

namespace Cochin.Functions.Tests.Infra;

/// <summary>A Node.js script in this folder that uses an npm package. Reads and writes one line of JSON per request.</summary>
internal sealed class NodeScript : IAsyncDisposable
{
    private readonly Process node;

    public NodeScript(string script, string package)
    {
        Directory.Exists(Path.Combine(ProjectRoot.Path, "node_modules", package)).ShouldBeTrue($"The npm package {package} is not installed. Run: npm ci");
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
        var answer = (await node.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull("Node printed nothing.");
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
