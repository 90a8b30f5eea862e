namespace Cochin.Functions.Devis;

/// <summary>What an import did.</summary>
internal sealed record ImportResult(int Added, int Updated, int Unchanged, IReadOnlyList<ImportProblem> Problems);
