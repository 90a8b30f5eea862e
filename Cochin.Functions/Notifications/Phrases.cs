using System.Globalization;
using System.Resources;

namespace Cochin.Functions.Notifications;

/// <summary>The texts of messages in the language of the settings (Phrases.resx is French, Phrases.en.resx English).</summary>
internal sealed class Phrases(CultureInfo culture)
{
    /// <summary>The supported languages, as two-letter codes.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["fr", "en"];

    private static readonly ResourceManager Resources = new("Cochin.Functions.Notifications.Phrases", typeof(Phrases).Assembly);

    /// <summary>Returns a text with its placeholders filled in. Amounts and dates are formatted with the culture.</summary>
    public string this[string name, params object?[] values] => string.Format(
        culture,
        Resources.GetString(name, culture) ?? throw new MissingManifestResourceException($"There is no text '{name}'."),
        values);
}

/// <summary>A text in all languages that is defined in code, next to its subject.</summary>
internal sealed record LocalizedText(string French, string English)
{
    /// <summary>Returns the text in the language of the culture.</summary>
    public string In(CultureInfo culture) => culture.TwoLetterISOLanguageName == "en" ? English : French;
}
