using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>Alerts of quotes whose record changes: none is lost, and none is sent twice.</summary>
public sealed class QuoteAlertTests(AzuriteServer server) : SyncTest(server)
{
    [Fact]
    public async Task Run_StatusCorrectedInTheApplication_MakesTheQuoteActive()
    {
        Django.AddQuote(1, "DV-1", ("statut", "peut-être"));
        (await RunAsync()).Warnings.ShouldHaveSingleItem().ShouldContain("statut");
        Django.SetQuote(1, "statut", "True");

        var result = await RunAsync();

        DevisRow.From(await QuoteAsync("django-1")).Statut.ShouldBe(true);
        result.Warnings.ShouldBeEmpty();
        (await RunAsync()).Count("written").ShouldBe(0);
    }

    [Fact]
    public async Task Run_AlertSentWhileAnImportedQuoteWithAnEarlierAlertWasReplaced_IsHandedOverByTheNextRun()
    {
        await AddDevisAsync("DV-1", ("Statut", true), ("DateDebut", "2026-11-30"), ("StartNotifiedFor", "2026-10-30"));
        Django.AddQuote(1, "DV-1");
        await RunAsync();
        DevisRow.From(await QuoteAsync("django-1")).StartNotifiedFor.ShouldBe("2026-10-30");
        await ChangeAsync(Storage.Devis, await QuoteAsync("DV-1"), ("StartNotifiedFor", "2026-11-30"));

        await RunAsync();

        DevisRow.From(await QuoteAsync("django-1")).StartNotifiedFor.ShouldBe("2026-11-30");
        (await RunAsync()).Count("written").ShouldBe(0);
    }

    [Fact]
    public async Task Run_DateChangedAndChangedBack_IsAnnouncedAgain()
    {
        await AddDevisAsync("DV-1", ("Statut", true), ("StartNotifiedFor", "2026-11-30"));
        Django.AddQuote(1, "DV-1");
        await RunAsync();
        Django.SetQuote(1, "date_debut", "2026-12-03");
        await RunAsync();
        await ChangeAsync(Storage.Devis, await QuoteAsync("django-1"), ("StartNotifiedFor", "2026-12-03"));
        Django.SetQuote(1, "date_debut", "2026-11-30");

        await RunAsync();

        DevisRow.From(await QuoteAsync("django-1")).StartNotifiedFor.ShouldBe("2026-12-03");
    }
}
