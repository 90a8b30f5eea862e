using System.Globalization;

namespace Cochin.Functions.Notifications;

/// <summary>A text of messages that is written down where its subject is, in both languages.</summary>
internal sealed record Wording(string French, string English)
{
    /// <summary>The text in the language of the settings: English if that is English, else French.</summary>
    public string In(CultureInfo culture) => culture.TwoLetterISOLanguageName == "en" ? English : French;
}
