using System.Globalization;
using Cochin.Functions.Notifications;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CheckDevisNotifications;

namespace Cochin.Functions.Tests.Tasks.CheckDevisNotifications;

/// <summary>The texts of the alerts: the dates of a quote are its payment period.</summary>
public sealed class AlertCardsTests
{
    private static readonly DateOnly Today = new(2026, 11, 24);

    private static readonly DevisRow Devis = new()
    {
        Number = "D-1",
        Montant = "1234.56",
        DateDebut = "2026-11-24",
        DateRendu = "2026-12-24",
        AgentPlateforme = "Marie",
    };

    [Fact]
    public void Write_PeriodStarts_AsksForTheFollowUp() => Lines("fr-FR", Devis, AlertKind.Start, 0).ShouldBe([
        "Devis D-1 : début de la période de paiement",
        "La période de paiement commence aujourd’hui, mardi 24 novembre 2026.",
        "Montant à recevoir: 1 234,56 €",
        "Échéance: dans 30 jours",
        "Durée de la période: 30 jours",
        "Agent: Marie",
        "Période de paiement: du 24/11/2026 au 24/12/2026",
        "À faire: Mettre en place le suivi du paiement.",
        "Cochin · D-1 · début · 2026-11-24",
    ]);

    [Fact]
    public void Write_PaymentDue_AsksToCheckItAndToRemindTheCustomer() =>
        Lines("fr-FR", Devis with { DateDebut = "2026-11-23", DateRendu = "2026-11-24" }, AlertKind.End, 0).ShouldBe([
            "Devis D-1 : échéance de paiement",
            "Le paiement est attendu aujourd’hui, mardi 24 novembre 2026.",
            "Montant à recevoir: 1 234,56 €",
            "Échéance: aujourd’hui",
            "Durée de la période: 1 jour",
            "Agent: Marie",
            "Période de paiement: du 23/11/2026 au 24/11/2026",
            "À faire: Vérifier que le paiement est bien arrivé ; sinon, relancer le client.",
            "Cochin · D-1 · échéance · 2026-11-24",
        ]);

    [Fact]
    public void Write_LateAlert_SaysSo()
    {
        var start = Lines("fr-FR", Devis with { DateDebut = "2026-11-21" }, AlertKind.Start, 3);
        var end = Lines("fr-FR", Devis with { DateDebut = "2026-11-01", DateRendu = "2026-11-23" }, AlertKind.End, 1);

        start[1].ShouldBe("Alerte en retard : la période de paiement a commencé le 21 novembre 2026, il y a 3 jours.");
        end[1].ShouldBe("Alerte en retard : le paiement était attendu le 23 novembre 2026, il y a 1 jour.");
        end[3].ShouldBe("Échéance: dépassée de 1 jour");
    }

    [Fact]
    public void Write_InEnglish_HasTheSameFacts()
    {
        Lines("en-GB", Devis, AlertKind.Start, 0).ShouldBe([
            "Quote D-1: payment period starts",
            "The payment period starts today, Tuesday 24 November 2026.",
            "Amount to receive: €1,234.56",
            "Payment due: in 30 days",
            "Length of the period: 30 days",
            "Agent: Marie",
            "Payment period: 24/11/2026 to 24/12/2026",
            "To do: Set up the follow-up of the payment.",
            "Cochin · D-1 · start · 2026-11-24",
        ]);
        var end = Lines("en-GB", Devis with { DateRendu = "2026-11-22" }, AlertKind.End, 2);
        end[0].ShouldBe("Quote D-1: payment due");
        end[1].ShouldBe("Late alert: the payment was due on 22 November 2026, 2 days ago.");
        end[7].ShouldBe("To do: Check that the payment has arrived; if not, remind the customer.");
    }

    [Theory]
    [InlineData("2026-11-24", "2026-11-24", "aujourd’hui", "début et fin le même jour", "du 24/11/2026 au 24/11/2026")]
    [InlineData("2026-11-24", null, "sans date de fin", "inconnue", "à partir du 24/11/2026")]
    [InlineData("2026-11-24", "bientôt", "date illisible", "inconnue", "à partir du 24/11/2026")]
    [InlineData(null, "2026-11-25", "dans 1 jour", "inconnue", "jusqu’au 25/11/2026")]
    [InlineData("2026-11-24", "2026-11-20", "dépassée de 4 jours", "la fin précède le début", "du 24/11/2026 au 20/11/2026")]
    public void Write_UnusualPeriod_IsDescribed(string? from, string? until, string due, string length, string period)
    {
        var lines = Lines("fr-FR", Devis with { DateDebut = from, DateRendu = until }, AlertKind.Start, 0);

        lines[3].ShouldBe($"Échéance: {due}");
        lines[4].ShouldBe($"Durée de la période: {length}");
        lines[6].ShouldBe($"Période de paiement: {period}");
    }

    private static string[] Lines(string culture, DevisRow devis, AlertKind kind, int daysLate)
    {
        var card = new AlertCards(CultureInfo.GetCultureInfo(culture), Today).Write(new Alert(devis, kind, Today.AddDays(-daysLate), daysLate));
        string[] lines = [card.Title, card.Text, .. card.Fields.Select(field => $"{field.Name}: {field.Value}"), card.Reference];

        // French groups digits with a narrow no-break space.
        return [.. lines.Select(line => line.Replace('\u202F', ' ').Replace('\u00A0', ' '))];
    }
}
