using System.Text.Json;

namespace Cochin.Functions.Tests.Infra;

/// <summary>Runs the queries of the alerts on rows in memory.</summary>
public sealed class KustoRunner : IAsyncLifetime
{
    private readonly NodeScript node = new("kusto-run.cjs", "@kusto/language-service-next");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => node.DisposeAsync();

    internal Task<List<JsonElement>> RunAsync(string query, DateTimeOffset now, IReadOnlyDictionary<string, object[]> rows) =>
        node.AskAsync<List<JsonElement>>(new { now, tables = DocumentedTables.All, rows, query });
}
