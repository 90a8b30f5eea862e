namespace Cochin.Functions.Tests.Infra;

/// <summary>Every query of <c>infra/queries</c>, parsed: against the documented tables, and against a workspace without any.</summary>
public sealed class KustoFixture : IAsyncLifetime
{
    private readonly NodeScript node = new("kusto-check.cjs", "@kusto/language-service-next");

    public IReadOnlyDictionary<string, KustoAnswer> WithTables { get; private set; } = new Dictionary<string, KustoAnswer>();

    public IReadOnlyDictionary<string, KustoAnswer> WithoutTables { get; private set; } = new Dictionary<string, KustoAnswer>();

    public async ValueTask InitializeAsync()
    {
        var queries = InfraFolder.QueryNames.ToDictionary(name => name, InfraFolder.FilledQuery);
        WithTables = await CheckAsync(DocumentedTables.All, queries);
        WithoutTables = await CheckAsync(DocumentedTables.None, queries);
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    internal async Task<IReadOnlyDictionary<string, KustoAnswer>> CheckAsync(IReadOnlyDictionary<string, string> tables, IReadOnlyDictionary<string, string> queries) =>
        await node.AskAsync<Dictionary<string, KustoAnswer>>(new { tables, queries });
}

/// <summary>What the parser reports about a query: its mistakes, the columns of its result with their types, and the tables it reads.</summary>
public sealed record KustoAnswer(IReadOnlyList<KustoProblem> Problems, IReadOnlyDictionary<string, string> Columns, IReadOnlyList<string> Tables);

/// <summary>A mistake that the parser found.</summary>
public sealed record KustoProblem(string Severity, string Message);
