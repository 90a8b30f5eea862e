using System.Globalization;
using System.Resources;

namespace Cochin.Functions.Notifications;

/// <summary>The texts of messages in the language of the settings (Phrases.resx is French, Phrases.en.resx English).</summary>
internal sealed class Phrases(CultureInfo culture)
{
    /// <summary>The languages with messages, as two-letter codes.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["fr", "en"];

    private static readonly ResourceManager Resources = new("Cochin.Functions.Notifications.Phrases", typeof(Phrases).Assembly);

    /// <summary>A text, its places filled in; amounts and dates are written as the culture does.</summary>
    public string this[string name, params object?[] values] => string.Format(
        culture,
        Resources.GetString(name, culture) ?? throw new MissingManifestResourceException($"There is no text '{name}'."),
        values);
}

/// <summary>A text of messages that is written where its subject is, in all languages.</summary>
internal sealed record Wording(string French, string English)
{
    /// <summary>The text in the language of a culture.</summary>
    public string In(CultureInfo culture) => culture.TwoLetterISOLanguageName == "en" ? English : French;
}
