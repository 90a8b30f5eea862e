using System.Globalization;
using Cochin.Functions.Formatting;
using Cochin.Functions.Notifications;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>Writes the cards of alerts.</summary>
internal sealed class AlertCards(CultureInfo culture, DateOnly today)
{
    private readonly Phrases phrases = new(culture);

    public Card Write(Alert alert)
    {
        var devis = alert.Devis;
        var number = ForeignText.Short(devis.Number, 100);
        var kind = alert.Kind.ToString();
        return new Card
        {
            Title = phrases[$"{kind}Title", number],
            Text = alert.DaysLate == 0 ? phrases[$"{kind}Today", alert.Date] : phrases[$"{kind}Late", alert.Date, Days(alert.DaysLate)],
            Color = alert.Kind == AlertKind.Start ? CardColor.Good : CardColor.Trouble,
            Fields =
            [
                new CardField(phrases["Amount"], Amount(devis.Montant)),
                new CardField(phrases["Delay"], Delay(devis)),
                new CardField(phrases["Agent"], ForeignText.Short(devis.AgentPlateforme, 200) is { Length: > 0 } agent ? agent : phrases["AgentUnknown"]),
                new CardField(phrases["Period"], Period(devis)) { IsWide = true },
            ],

            // Always the same for one alert, so that a second one is recognised.
            Reference = phrases[$"{kind}Reference", ForeignText.Short(devis.Number, 200), DevisRow.Text(alert.Date)],
        };
    }

    /// <summary>Whether an amount is written as the contract has it.</summary>
    public static bool IsAmount(string? text) => TryReadAmount(text, out _);

    private static bool TryReadAmount(string? text, out decimal amount) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount);

    private string Amount(string? text)
    {
        if (!TryReadAmount(text, out var amount))
        {
            return phrases["AmountUnknown"];
        }

        // Quotes are in euros in every language.
        var euros = (NumberFormatInfo)culture.NumberFormat.Clone();
        euros.CurrencySymbol = "€";
        return amount.ToString("C2", euros);
    }

    private string Delay(DevisRow devis)
    {
        if (!DevisRow.TryReadDate(devis.DateRendu, out var read) || read is not { } due)
        {
            return phrases["DelayUnknown"];
        }

        return (due.DayNumber - today.DayNumber) switch
        {
            0 => phrases["DelayDue"],
            > 0 and var left => phrases["DelayLeft", Days(left)],
            var over => phrases["DelayOver", Days(-over)],
        };
    }

    private string Period(DevisRow devis)
    {
        DevisRow.TryReadDate(devis.DateDebut, out var start);
        DevisRow.TryReadDate(devis.DateRendu, out var end);
        return (start, end) switch
        {
            ({ } from, { } until) => phrases["PeriodBoth", from, until],
            ({ } from, null) => phrases["PeriodFrom", from],
            (null, { } until) => phrases["PeriodUntil", until],
            _ => "—",
        };
    }

    private string Days(int days) => days == 1 ? phrases["OneDay"] : phrases["Days", days];
}
