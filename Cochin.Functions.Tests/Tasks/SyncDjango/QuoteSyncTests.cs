using Azure.Core;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>Quotes that <c>devis import</c> wrote before: no alert may be sent twice, and none may be lost.</summary>
public sealed class QuoteSyncTests(AzuriteServer server) : SyncTest(server)
{
    [Fact]
    public async Task Run_ImportedQuote_HandsOverItsAlertsAndBecomesInactive()
    {
        await AddDevisAsync(
            "DV-1", ("Statut", true), ("DateDebut", "2026-11-30"), ("StartNotifiedFor", "2026-11-30"), ("DateRendu", "2026-12-15"), ("Note", "x"));
        Django.AddQuote(1, "DV-1");

        var result = await RunAsync();

        result.Count("written").ShouldBe(2);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("devis/DV-1");
        SyncTest.Text(await QuoteAsync("DV-1")).ShouldBe("DateDebut=2026-11-30 DateRendu=2026-12-15 Note=x StartNotifiedFor=2026-11-30 Statut=False");
        SyncTest.Text(await QuoteAsync("django-1")).ShouldContain("StartNotifiedFor=2026-11-30 Statut=True");
        (await AuditAsync()).ShouldContain("\"action\":\"supersede\",\"target\":\"devis/DV-1\",\"result\":\"inactive\"");
        (await RunAsync()).ShouldSatisfyAllConditions(again => again.Count("written").ShouldBe(0), again => again.Warnings.ShouldBeEmpty());
    }

    [Fact]
    public async Task Run_ImportedQuoteUnderAnEscapedKey_IsFoundByItsNumber()
    {
        await AddDevisAsync("DV=2F1", ("Numero", "DV/1"), ("Statut", true));
        Django.AddQuote(1, "DV/1");

        await RunAsync();

        SyncTest.Text(await QuoteAsync("DV=2F1")).ShouldBe("Numero=DV/1 Statut=False");
    }

    [Fact]
    public async Task Run_Dry_LeavesTheImportedQuote()
    {
        await AddDevisAsync("DV-1", ("Statut", true));
        Django.AddQuote(1, "DV-1");

        (await RunAsync(dryRun: true)).Count("written").ShouldBe(2);

        SyncTest.Text(await QuoteAsync("DV-1")).ShouldBe("Statut=True");
    }

    [Fact]
    public async Task Run_AlertSentMeanwhileForTheImportedQuote_IsHandedOver()
    {
        await AddDevisAsync("DV-1", ("Statut", true), ("DateDebut", "2026-11-30"));
        Django.AddQuote(1, "DV-1");
        var sending = new InterveningPolicy(
            IsBatch, async () => await ChangeAsync(Storage.Devis, await QuoteAsync("DV-1"), ("StartNotifiedFor", "2026-11-30")));

        var result = await RunAsync(storage: NewStorage(sending));

        sending.Met.ShouldBeTrue();
        Counts(result).ShouldBe("quotes=1 written=2");
        SyncTest.Text(await QuoteAsync("DV-1")).ShouldBe("DateDebut=2026-11-30 StartNotifiedFor=2026-11-30 Statut=False");
        SyncTest.Text(await QuoteAsync("django-1")).ShouldContain("StartNotifiedFor=2026-11-30");
    }

    [Fact]
    public async Task Run_AlertSentWhileTheImportedQuoteWasMadeInactive_IsHandedOverByTheNextRun()
    {
        await AddDevisAsync("DV-1", ("Statut", true), ("DateDebut", "2026-11-30"));
        Django.AddQuote(1, "DV-1");
        await RunAsync();
        await ChangeAsync(Storage.Devis, await QuoteAsync("DV-1"), ("StartNotifiedFor", "2026-11-30"));

        await RunAsync();

        SyncTest.Text(await QuoteAsync("django-1")).ShouldContain("StartNotifiedFor=2026-11-30");
        (await RunAsync()).Count("written").ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_KilledBeforeOrAfterTheReplacement_LeavesOneOfTheTwoActiveAndTheNextRunCompletesIt(bool isWritten)
    {
        await AddDevisAsync("DV-1", ("Statut", true), ("StartNotifiedFor", "2026-11-30"));
        Django.AddQuote(1, "DV-1");
        var batches = new CountingPolicy(IsBatch);
        var dying = new CrashPolicy(request => isWritten ? batches.Count > 0 : IsBatch(request));

        await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(storage: NewStorage(dying, batches)));

        var copy = await Storage.Devis.FindAsync(DevisRow.Partition, "django-1", Cancellation);
        (copy is not null).ShouldBe(isWritten);
        DevisRow.From(await QuoteAsync("DV-1")).Statut.ShouldBe(!isWritten);
        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);
        DevisRow.From(await QuoteAsync("DV-1")).Statut.ShouldBe(false);
        DevisRow.From(await QuoteAsync("django-1")).ShouldSatisfyAllConditions(
            quote => quote.Statut.ShouldBe(true), quote => quote.StartNotifiedFor.ShouldBe("2026-11-30"));
    }

    [Fact]
    public async Task Run_ResponseOfTheReplacementThatIsLost_CountsItOnce()
    {
        await AddDevisAsync("DV-1", ("Statut", true), ("StartNotifiedFor", "2026-11-30"));
        Django.AddQuote(1, "DV-1");
        var lost = new LostResponsePolicy(IsBatch);

        var result = await RunAsync(storage: NewStorage(lost));

        lost.Met.ShouldBeTrue();
        Counts(result).ShouldBe("quotes=1 written=2");
        SyncTest.Text(await QuoteAsync("DV-1")).ShouldContain("Statut=False");
    }

    [Theory]
    [InlineData(0L, "True")]
    [InlineData(1L, "False")]
    [InlineData(1L, "peut-être")]
    public async Task Run_QuoteThatIsNotActive_LeavesTheImportedOneAndReportsBoth(long active, string status)
    {
        await AddDevisAsync("DV-1", ("Statut", true));
        Django.AddRecord(1, active, false, false, [("numero_devis", "DV-1"), ("statut", status)]);

        var result = await RunAsync();

        Counts(result).ShouldBe("quotes=1 written=1");
        result.Warnings.Single(warning => warning.StartsWith("devis/DV-1 ", StringComparison.Ordinal)).ShouldContain("(devis/django-1)");
        SyncTest.Text(await QuoteAsync("DV-1")).ShouldBe("Statut=True");
        (await RunAsync()).Count("written").ShouldBe(0);
    }

    [Fact]
    public async Task Run_QuoteThatBecomesActive_ReplacesTheImportedOneThen()
    {
        await AddDevisAsync("DV-1", ("Statut", true));
        Django.AddQuote(1, "DV-1", ("statut", "False"));
        await RunAsync();
        await ChangeAsync(Storage.Devis, await QuoteAsync("DV-1"), ("StartNotifiedFor", "2026-11-30"));
        Django.SetQuote(1, "statut", "True");

        await RunAsync();

        SyncTest.Text(await QuoteAsync("DV-1")).ShouldContain("Statut=False");
        SyncTest.Text(await QuoteAsync("django-1")).ShouldContain("StartNotifiedFor=2026-11-30 Statut=True");
    }

    [Fact]
    public async Task Run_InactiveAndActiveQuoteOfTheNumber_ReplaceTheImportedOneWithoutAReport()
    {
        await AddDevisAsync("DV-1", ("Statut", true));
        Django.AddQuote(1, "DV-1", ("statut", "False"));
        Django.AddRecord(2, 1, false, false, [("numero_devis", "DV-1"), ("statut", "True")]);

        var result = await RunAsync();

        SyncTest.Text(await QuoteAsync("DV-1")).ShouldBe("Statut=False");
        result.Tables[0].Rows.Select(row => $"{row[0]}").ShouldBe(["duplicate number", "superseded"]);
    }

    [Fact]
    public async Task Run_TwoImportedRowsOfTheNumber_BecomeInactiveInOneRun()
    {
        await AddDevisAsync("DV-1", ("Statut", true), ("StartNotifiedFor", "2026-10-30"));
        await AddDevisAsync("x-7", ("Numero", "DV-1"), ("Statut", true), ("StartNotifiedFor", "2026-11-30"));
        Django.AddQuote(1, "DV-1");

        (await RunAsync()).Count("written").ShouldBe(3);

        SyncTest.Text(await QuoteAsync("DV-1")).ShouldContain("Statut=False");
        SyncTest.Text(await QuoteAsync("x-7")).ShouldContain("Statut=False");
        SyncTest.Text(await QuoteAsync("django-1")).ShouldContain("StartNotifiedFor=2026-11-30");
    }

    [Fact]
    public async Task Run_TwoQuotesOfTheNumber_AnnounceOnlyWhatWasNotAnnounced()
    {
        await AddDevisAsync("DV-1", ("Statut", true), ("StartNotifiedFor", "2026-11-30"));
        Django.AddQuote(1, "DV-1");
        Django.AddQuote(2, "DV-1", ("date_debut", "2026-12-03"));

        await RunAsync();

        DevisRow.From(await QuoteAsync("django-1")).StartNotifiedFor.ShouldBe("2026-11-30");
        DevisRow.From(await QuoteAsync("django-2")).ShouldSatisfyAllConditions(
            second => second.DateDebut.ShouldBe("2026-12-03"),
            second => second.StartNotifiedFor.ShouldBe("2026-11-30", "which is another date, so its alert is still sent"));
    }

    [Theory]
    [InlineData("date_debut")]
    [InlineData("statut")]
    public async Task Run_FieldThatDoesNotExist_IsReportedAndItsColumnStays(string field)
    {
        Django.AddQuote(1, "DV-1");
        await RunAsync();
        Django.Execute($"UPDATE database_dynamicfield SET slug = 'other' WHERE slug = '{field}' AND table_id = 5");

        var result = await RunAsync();

        result.Count("written").ShouldBe(0);
        result.Warnings.ShouldHaveSingleItem().ShouldContain($"no field with the slug '{field}'");
    }

    [Fact]
    public async Task Run_NoTableOfQuotes_IsReportedAndTheRestIsCopied()
    {
        Django.AddBackup(1);
        Django.Execute("UPDATE database_dynamictable SET slug = 'offres' WHERE slug = 'devis'");

        var result = await RunAsync();

        result.Count("backups").ShouldBe(1);
        result.Warnings.ShouldContain(warning => warning.Contains("slug 'devis'", StringComparison.Ordinal));
    }

    private static bool IsBatch(Request request) => request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal);
}
