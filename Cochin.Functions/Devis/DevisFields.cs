namespace Cochin.Functions.Devis;

/// <summary>The field names of the old application's export.</summary>
internal static class DevisFields
{
    public const string Number = "numero_devis";
    public const string Amount = "montant";
    public const string Active = "statut";
    public const string Start = "date_debut";
    public const string End = "date_rendu";
    public const string Agent = "agent_plateforme";

    public static IReadOnlyList<string> All { get; } = [Number, Amount, Active, Start, End, Agent];
}
