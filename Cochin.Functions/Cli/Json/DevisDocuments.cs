using Cochin.Functions.Devis;

namespace Cochin.Functions.Cli.Json;

internal sealed record ImportDocument(
    int Imported,
    int Added,
    int Updated,
    int Unchanged,
    IReadOnlyList<string> Ignored,
    IReadOnlyList<ImportProblem> Problems);

internal sealed record DevisDocument(
    string Id,
    string Number,
    string? Montant,
    bool? Statut,
    string? DateDebut,
    string? DateRendu,
    string? AgentPlateforme,
    string? StartNotifiedFor,
    string? EndNotifiedFor);

internal sealed record DevisListDocument(IReadOnlyList<DevisDocument> Devis);
