using System.Globalization;
using System.Text.Json;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CheckDevisNotifications;

public sealed class CheckDevisNotificationsTaskTests(AzuriteServer server) : AlertTest(server)
{
    [Fact]
    public async Task Run_StartsAndDueDates_ArePostedInFrenchAndRecorded()
    {
        await AddDevisAsync(
            "D-1", ("Statut", true), ("Montant", "1234.56"), ("DateDebut", "2026-11-24"), ("DateRendu", "2026-12-04"), ("AgentPlateforme", "Marie"));
        await AddDevisAsync(
            "D-2", ("Statut", true), ("Montant", "10"), ("DateDebut", "2026-11-01"), ("DateRendu", "2026-11-22"), ("StartNotifiedFor", "2026-11-01"));
        await AddDevisAsync("D-3", ("Statut", false), ("DateDebut", "2026-11-24"));
        await AddDevisAsync("D-4", ("Statut", true), ("DateDebut", "2026-11-25"));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        result.Counts.ShouldBe(
            [new("examined", 3), new("startSent", 1), new("endSent", 1), new("late", 1), new("expired", 0), new("alreadySent", 1), new("failed", 0)]);
        Discord.Delivered.Count.ShouldBe(1, "two cards fit one message");
        var (start, end) = (Discord.Embeds[0], Discord.Embeds[1]);
        start.GetProperty("title").GetString().ShouldBe("Devis D-1 : début de la période de paiement");
        start.GetProperty("color").GetInt32().ShouldBe(0x3BA55D);
        Field(start, "Montant à recevoir").ShouldBe("1 234,56 €");
        Field(start, "Échéance").ShouldBe("dans 10 jours");
        Field(start, "Durée de la période").ShouldBe("10 jours");
        Field(start, "Agent").ShouldBe("Marie");
        Field(start, "Période de paiement").ShouldBe("du 24/11/2026 au 04/12/2026");
        Field(start, "À faire").ShouldBe("Mettre en place le suivi du paiement.");
        start.ToString().ShouldNotContain("retard");
        end.GetProperty("color").GetInt32().ShouldBe(0xED4245);
        end.GetProperty("description").GetString().ShouldNotBeNull().ShouldContain("retard");
        end.GetProperty("footer").GetProperty("text").GetString().ShouldBe("Cochin · D-2 · échéance · 2026-11-22");
        (await RowAsync("D-1")).GetString("StartNotifiedFor").ShouldBe("2026-11-24");
        (await RowAsync("D-2")).GetString("EndNotifiedFor").ShouldBe("2026-11-22");
    }

    [Fact]
    public async Task Run_Again_SendsNothing()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"), ("DateRendu", "2026-11-24"));
        await RunAsync();

        var second = await RunAsync();

        Discord.Embeds.Count.ShouldBe(2, "both dates on one day are two alerts");
        second.Count("alreadySent").ShouldBe(2);
        (second.Count("startSent") + second.Count("endSent")).ShouldBe(0);
    }

    [Fact]
    public async Task Run_ChangedDate_IsAnnouncedAgain()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"), ("StartNotifiedFor", "2026-11-20"));

        (await RunAsync()).Count("startSent").ShouldBe(1);
    }

    [Fact]
    public async Task Run_Forced_SendsAgain()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"), ("StartNotifiedFor", "2026-11-24"));

        (await RunAsync(new CheckDevisNotificationsOptions { Force = true })).Count("startSent").ShouldBe(1);
    }

    [Theory]
    [InlineData(" 2026-11-24 ", "true")]
    [InlineData("DateTime", true)]
    public async Task Run_DateAndStatusInAnEquivalentFormat_AreAnnouncedOnce(string date, object status)
    {
        object written = date == "DateTime" ? new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero) : date;
        await AddDevisAsync("due", ("Statut", status), ("DateDebut", written));
        await AddDevisAsync("done", ("Statut", status), ("DateDebut", written), ("StartNotifiedFor", written));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        result.Count("startSent").ShouldBe(1);
        result.Count("alreadySent").ShouldBe(1);
    }

    [Theory]
    [InlineData("DateDebut", "StartNotifiedFor", "24/11/2026")]
    [InlineData("DateRendu", "EndNotifiedFor", 5)]
    public async Task Run_LastAlertUnreadable_SendsNothingWithoutForce(string date, string column, object written)
    {
        await AddDevisAsync("odd", ("Statut", true), (date, "2026-11-24"), (column, written));
        await AddDevisAsync("expired", ("Statut", true), (date, "2026-11-01"), (column, written));

        var result = await RunAsync();
        var sent = Discord.Embeds.Count;
        var forced = await RunAsync(new CheckDevisNotificationsOptions { DevisId = "odd", Force = true });

        sent.ShouldBe(0);
        result.Outcome.ShouldBe(Outcome.Partial);
        result.Warnings.ShouldHaveSingleItem().ShouldContain($"devis/odd: {column} '{written}'");
        (forced.Count("startSent") + forced.Count("endSent")).ShouldBe(1);
    }

    [Fact]
    public async Task Run_DateTimeThatIsNotMidnight_IsReported()
    {
        await AddDevisAsync("paris", ("Statut", true), ("DateDebut", new DateTimeOffset(2026, 11, 23, 23, 0, 0, TimeSpan.Zero)));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("devis/paris: DateDebut");
    }

    [Fact]
    public async Task Run_UnreadableRows_AreReportedAndTheOthersSent()
    {
        await AddDevisAsync("broken-date", ("Statut", true), ("DateDebut", "24/11/2026"), ("DateRendu", "2026-11-24"));
        await AddDevisAsync("broken-status", ("Statut", "oui"), ("DateDebut", "2026-11-24"));
        await AddDevisAsync("odd-amount", ("Statut", true), ("Montant", "cher"), ("DateDebut", "2026-11-24"));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Count("failed").ShouldBe(2);
        result.Count("startSent").ShouldBe(1);
        result.Count("endSent").ShouldBe(1, "the date that can be read is announced");
        result.Warnings.Count.ShouldBe(3);
        Field(Discord.Embeds.Single(embed => embed.GetProperty("title").GetString()!.Contains("odd-amount", StringComparison.Ordinal)), "Montant à recevoir")
            .ShouldBe("inconnu");
    }

    [Theory]
    [InlineData("it's 1")]
    [InlineData("100%")]
    [InlineData("%2F & a=b+c")]
    [InlineData("é 漢 😀")]
    public async Task Run_QuoteNumberWithSpecialCharacters_IsAnnouncedOnce(string number)
    {
        await AddDevisAsync(number, ("Statut", true), ("DateDebut", "2026-11-24"));

        (await RunAsync(new CheckDevisNotificationsOptions { DevisId = number })).Count("startSent").ShouldBe(1);
        (await RunAsync()).Count("alreadySent").ShouldBe(1);

        Discord.Embeds.ShouldHaveSingleItem().GetProperty("footer").GetProperty("text").GetString().ShouldNotBeNull().ShouldContain(number);
    }

    [Fact]
    public async Task Run_NoWebhook_IsSkipped()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));

        var result = await NewTask(new DiscordSettings()).RunAsync(new CheckDevisNotificationsOptions(), Context(), Cancellation);

        result.Outcome.ShouldBe(Outcome.Skipped);
        result.Reason.ShouldBe(SkipReason.NotConfigured);
    }

    [Fact]
    public async Task DryRun_ReportsDueAlertsAndOnlyReads()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-20"));
        var writes = new CountingPolicy(request => request.Method.Method is not ("GET" or "HEAD"));

        var result = await RunAsync(new CheckDevisNotificationsOptions { DryRun = true }, writes);

        result.Count("startSent").ShouldBe(1);
        result.Count("late").ShouldBe(1);
        Discord.Requests.ShouldBeEmpty();
        writes.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Run_OneQuote_IgnoresTheOthers()
    {
        await AddDevisAsync("it's 1", ("Statut", true), ("DateDebut", "2026-11-24"));
        await AddDevisAsync("D-2", ("Statut", true), ("DateDebut", "2026-11-24"));

        (await RunAsync(new CheckDevisNotificationsOptions { DevisId = "D-2" })).Count("startSent").ShouldBe(1);

        Discord.Embeds.ShouldHaveSingleItem().GetProperty("title").GetString().ShouldNotBeNull().ShouldContain("D-2");
    }

    [Theory]
    [InlineData("django-7", "DV/2026/105")]
    [InlineData("DV/2026/105", "DV/2026/105")]
    [InlineData("DV-2026-101", "DV-2026-101")]
    [InlineData("django-8", "django-8")]
    public async Task Run_OneQuote_IsFoundByKeyAndByNumber(string asked, params string[] announced)
    {
        await AddDevisAsync("django-7", ("Numero", "DV/2026/105"), ("Statut", true), ("DateDebut", "2026-11-24"));
        await AddDevisAsync("django-8", ("Numero", " "), ("Statut", true), ("DateDebut", "2026-11-24"));
        await AddDevisAsync("DV-2026-101", ("Statut", true), ("DateDebut", "2026-11-24"));

        await RunAsync(new CheckDevisNotificationsOptions { DevisId = asked });

        Discord.Embeds.Select(embed => embed.GetProperty("title").GetString())
            .ShouldBe(announced.Select(number => $"Devis {number} : début de la période de paiement"));
    }

    [Fact]
    public async Task Run_TwoQuotesWithOneNumber_AreAnnouncedAndRecordedSeparately()
    {
        await AddDevisAsync("django-2", ("Numero", "DV-2026-102"), ("Statut", true), ("DateDebut", "2026-11-24"), ("Montant", "980.5"));
        await AddDevisAsync("django-7", ("Numero", "DV-2026-102"), ("Statut", true), ("DateDebut", "2026-11-23"), ("Montant", "cher"));

        var first = await RunAsync();
        var second = await RunAsync();

        first.Count("startSent").ShouldBe(2);
        second.Count("alreadySent").ShouldBe(2);
        first.Warnings.ShouldHaveSingleItem().ShouldStartWith("devis/django-7 (DV-2026-102): Montant 'cher'");
        (await RowAsync("django-2")).GetString("StartNotifiedFor").ShouldBe("2026-11-24");
        (await RowAsync("django-7")).GetString("StartNotifiedFor").ShouldBe("2026-11-23");
        (await AuditAsync()).ShouldContain("devis/django-7 (DV-2026-102) start 2026-11-23");
    }

    [Fact]
    public async Task Run_TableThatHasLostItsRows_Fails()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        await RunAsync();
        await Storage.Devis.DeleteEntityAsync("devis", "D-1", cancellationToken: Cancellation);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain($"The table '{Storage.Devis.Name}' is empty, although earlier runs read rows of it.");
    }

    [Fact]
    public async Task Run_UnknownQuote_Fails() =>
        (await RunAsync(new CheckDevisNotificationsOptions { DevisId = "nobody" })).Outcome.ShouldBe(Outcome.Failed);
}
