namespace Cochin.Functions.Tests.Infra;

/// <summary>What the parser says about a query: its mistakes, the columns of its result with their types, the tables it asks.</summary>
public sealed record KustoAnswer(IReadOnlyList<KustoProblem> Problems, IReadOnlyDictionary<string, string> Columns, IReadOnlyList<string> Tables);
