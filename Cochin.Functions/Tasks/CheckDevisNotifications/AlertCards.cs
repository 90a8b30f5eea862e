using System.Globalization;
using Cochin.Functions.Formatting;
using Cochin.Functions.Notifications;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>Creates the cards of alerts. The dates of a quote are its payment period: the payment is due on the last day.</summary>
internal sealed class AlertCards(CultureInfo culture, DateOnly today)
{
    private readonly Phrases phrases = new(culture);

    public Card Write(Alert alert)
    {
        var devis = alert.Devis;
        var number = ForeignText.Short(devis.Number, 100);
        var kind = alert.Kind.ToString();
        DevisRow.TryReadDate(devis.DateDebut, out var start);
        var isEndReadable = DevisRow.TryReadDate(devis.DateRendu, out var end);
        return new Card
        {
            Title = phrases[$"{kind}Title", number],
            Text = alert.DaysLate == 0 ? phrases[$"{kind}Today", alert.Date] : phrases[$"{kind}Late", alert.Date, Days(alert.DaysLate)],
            Color = alert.Kind == AlertKind.Start ? CardColor.Good : CardColor.Critical,
            Fields =
            [
                new CardField(phrases["Amount"], Amount(devis.Montant)),
                new CardField(phrases["PaymentDue"], isEndReadable ? Due(end) : phrases["PaymentUnreadable"]),
                new CardField(phrases["Length"], Length(start, end)),
                new CardField(phrases["Agent"], ForeignText.Short(devis.AgentPlateforme, 200) is { Length: > 0 } agent ? agent : phrases["AgentUnknown"]),
                new CardField(phrases["Period"], Period(start, end)) { IsWide = true },
                new CardField(phrases["Action"], phrases[$"{kind}Action"]) { IsWide = true },
            ],

            // The same for each copy of an alert, so that duplicates are recognizable.
            Reference = phrases[$"{kind}Reference", ForeignText.Short(devis.Number, 200), DevisRow.Text(alert.Date)],
        };
    }

    private string Amount(string? text)
    {
        if (!DevisRow.TryReadAmount(text, out var amount))
        {
            return phrases["AmountUnknown"];
        }

        // Quotes are in euros in every language.
        var euros = (NumberFormatInfo)culture.NumberFormat.Clone();
        euros.CurrencySymbol = "€";
        return amount.ToString("C2", euros);
    }

    private string Due(DateOnly? end) => (end?.DayNumber - today.DayNumber) switch
    {
        null => phrases["PaymentUnknown"],
        0 => phrases["PaymentToday"],
        > 0 and var left => phrases["PaymentIn", Days(left)],
        { } days => phrases["PaymentSince", Days(-days)],
    };

    private string Length(DateOnly? start, DateOnly? end) => (end?.DayNumber - start?.DayNumber) switch
    {
        null => phrases["LengthUnknown"],
        0 => phrases["LengthOneDay"],
        > 0 and var days => Days(days),
        _ => phrases["LengthNegative"],
    };

    private string Period(DateOnly? start, DateOnly? end) => (start, end) switch
    {
        ({ } from, { } until) => phrases["PeriodBoth", from, until],
        ({ } from, null) => phrases["PeriodFrom", from],
        (null, { } until) => phrases["PeriodUntil", until],
        _ => "—",
    };

    private string Days(int days) => days == 1 ? phrases["OneDay"] : phrases["Days", days];
}
