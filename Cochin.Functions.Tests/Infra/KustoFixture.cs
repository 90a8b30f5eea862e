namespace Cochin.Functions.Tests.Infra;

/// <summary>Every query of <c>infra/queries</c>, parsed: against the documented tables, and against a workspace without any.</summary>
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

    internal async Task<IReadOnlyDictionary<string, KustoCheckResult>> CheckAsync(IReadOnlyDictionary<string, string> tables, IReadOnlyDictionary<string, string> queries) =>
        await node.AskAsync<Dictionary<string, KustoCheckResult>>(new { tables, queries });
}

/// <summary>What the parser says about a query: its mistakes, the columns of its result with their types, the tables it asks.</summary>
public sealed record KustoCheckResult(IReadOnlyList<KustoProblem> Problems, IReadOnlyDictionary<string, string> Columns, IReadOnlyList<string> Tables);

/// <summary>Something the parser of KQL found.</summary>
public sealed record KustoProblem(string Severity, string Message);
