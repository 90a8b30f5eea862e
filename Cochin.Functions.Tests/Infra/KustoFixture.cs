namespace Cochin.Functions.Tests.Infra;

/// <summary>Every query of <c>infra/queries</c>, parsed: against the documented tables, and against a workspace without any.</summary>
public sealed class KustoFixture : IAsyncLifetime
{
    public IReadOnlyDictionary<string, KustoAnswer> WithTables { get; private set; } = new Dictionary<string, KustoAnswer>();

    public IReadOnlyDictionary<string, KustoAnswer> WithoutTables { get; private set; } = new Dictionary<string, KustoAnswer>();

    public async ValueTask InitializeAsync()
    {
        var queries = InfraFolder.QueryNames.ToDictionary(name => name, InfraFolder.FilledQuery);
        WithTables = await KustoParser.CheckAsync(DocumentedTables.All, queries);
        WithoutTables = await KustoParser.CheckAsync(DocumentedTables.None, queries);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
