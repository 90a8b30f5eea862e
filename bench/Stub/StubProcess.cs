using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Cochin.Bench.Contestants;
using Cochin.Bench.Running;

namespace Cochin.Bench.Stub;

/// <summary>The running stub, seen from the benchmark.</summary>
internal sealed class StubProcess : IAsyncDisposable
{
    // Azurite's well-known account; the stub looks at no signature.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Process process;
    private readonly HttpClient control;

    private StubProcess(Process process, int[] ports)
    {
        this.process = process;
        control = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[2]}") };
        ConnectionString = string.Create(
            CultureInfo.InvariantCulture,
            $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{ports[0]}/{Account};TableEndpoint=http://127.0.0.1:{ports[1]}/{Account};");
    }

    public string ConnectionString { get; }

    public int Id => process.Id;

    public static async Task<StubProcess> StartAsync(CancellationToken cancellationToken)
    {
        var start = OwnProgram.Start(StubProgram.Name);
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new BenchException("the stub did not start.");
        return new StubProcess(process, JsonSerializer.Deserialize<int[]>(line)!);
    }

    /// <summary>Begins anew: so many old blobs, nothing else, no requests counted.</summary>
    public async Task FillAsync(int blobs, TimeSpan perRequest, TimeSpan perPart, CancellationToken cancellationToken) =>
        await AskAsync($"/x/fill?blobs={blobs}&request={perRequest.TotalMilliseconds}&part={perPart.TotalMilliseconds}", cancellationToken);

    public async Task<StubState> StateAsync(CancellationToken cancellationToken) => await AskAsync("/x/state", cancellationToken);

    /// <summary>What was not done; null if all blobs are gone.</summary>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken) =>
        (await StateAsync(cancellationToken)).Left is > 0 and var left ? $"{left} blobs were left." : null;

    public async ValueTask DisposeAsync()
    {
        control.Dispose();
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<StubState> AskAsync(string what, CancellationToken cancellationToken) =>
        (await control.GetFromJsonAsync<StubState>(new Uri(what, UriKind.Relative), cancellationToken))!;
}
