using System.Globalization;
using System.Text;

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

    private static readonly Dictionary<string, string> ByLetters = All.ToDictionary(LettersOf);

    /// <summary>
    /// Finds the field that a name in a file stands for. Case, accents, spaces and underscores are ignored: <c>Numéro Devis</c> is
    /// <c>numero_devis</c>.
    /// </summary>
    /// <returns>Null if there is no such field.</returns>
    public static string? Find(string name) => ByLetters.GetValueOrDefault(LettersOf(name));

    private static string LettersOf(string name)
    {
        try
        {
            name = name.Normalize(NormalizationForm.FormD);
        }
        catch (ArgumentException)
        {
            // An unpaired surrogate can't be normalized.
        }

        var letters = name.Where(letter => letter != '_' && !char.IsWhiteSpace(letter) && char.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark);
        return string.Concat(letters).ToUpperInvariant();
    }
}
