namespace Cochin.Functions.Tests.Infra;

/// <summary>All queries of <c>infra/queries</c>, parsed against the documented tables and against an empty workspace.</summary>
public sealed class KustoFixture : IAsyncLifetime
{
    private readonly NodeScript node = new("kusto-check.cjs", "@kusto/language-service-next");

    public IReadOnlyDictionary<string, KustoCheckResult> WithTables { get; private set; } = new Dictionary<string, KustoCheckResult>();

    public IReadOnlyDictionary<string, KustoCheckResult> WithoutTables { get; private set; } = new Dictionary<string, KustoCheckResult>();

    public async ValueTask InitializeAsync()
    {
        var queries = InfraFolder.QueryNames.ToDictionary(name => name, InfraFolder.FilledQuery);
        WithTables = await CheckAsync(DocumentedTables.All, queries);
        WithoutTables = await CheckAsync(DocumentedTables.None, queries);
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    internal async Task<IReadOnlyDictionary<string, KustoCheckResult>> CheckAsync(
        IReadOnlyDictionary<string, string> tables,
        IReadOnlyDictionary<string, string> queries) =>
        await node.AskAsync<Dictionary<string, KustoCheckResult>>(new { tables, queries });
}

/// <summary>The result of parsing a query: problems, columns with their types, and tables.</summary>
public sealed record KustoCheckResult(IReadOnlyList<KustoProblem> Problems, IReadOnlyDictionary<string, string> Columns, IReadOnlyList<string> Tables);

/// <summary>A problem reported by the KQL parser.</summary>
public sealed record KustoProblem(string Severity, string Message);
