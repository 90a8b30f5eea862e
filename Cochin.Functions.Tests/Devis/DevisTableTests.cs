using Azure.Data.Tables;
using Cochin.Functions.Devis;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Devis;

public sealed class DevisTableTests(AzuriteServer server) : StorageTest(server)
{
    [Fact]
    public async Task Import_OnNewStorage_AddsAll()
    {
        var result = await ImportAsync(Quotes(250));

        result.Added.ShouldBe(250);
        (await new DevisTable(Storage).ListAsync(Cancellation).CountAsync(Cancellation)).ShouldBe(250);
    }

    [Fact]
    public async Task Import_Again_UpdatesQuotesAndKeepsSentAlerts()
    {
        await AddDevisAsync(
            "D-1", ("Statut", true), ("Montant", "1"), ("DateDebut", "2026-11-24"), ("DateRendu", "2026-12-01"), ("StartNotifiedFor", "2026-11-24"));
        await AddDevisAsync("D-9", ("Statut", true), ("Montant", "9"));

        var result = await ImportAsync([new ImportedDevis("D-1", "2", true, new DateOnly(2026, 11, 25), null, "new")]);

        result.ShouldSatisfyAllConditions(() => result.Updated.ShouldBe(1), () => result.Added.ShouldBe(0));
        var row = (await Storage.Devis.FindAsync("devis", "D-1", Cancellation)).ShouldNotBeNull();
        row.GetString("Montant").ShouldBe("2");
        row.GetString("StartNotifiedFor").ShouldBe("2026-11-24");
        row.ContainsKey("DateRendu").ShouldBeFalse("an emptied date goes");
        (await Storage.Devis.FindAsync("devis", "D-9", Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Import_TheSameFile_WritesNothing()
    {
        await ImportAsync(Quotes(3));
        var writes = new CountingPolicy(request => request.Method.Method is not "GET");

        var result = await new DevisTable(NewStorage(writes)).ImportAsync(new ParsedFile(Quotes(3), []), Cancellation);

        result.Unchanged.ShouldBe(3);
        writes.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Import_AlertRecordedMeanwhile_IsKept()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("Montant", "1"), ("DateDebut", "2026-11-24"));
        var announce = new InterveningPolicy(
            request => request.Method.Method == "POST",
            () => AddDevisAsync("D-1", ("Statut", true), ("Montant", "1"), ("DateDebut", "2026-11-24"), ("StartNotifiedFor", "2026-11-24")));

        await new DevisTable(NewStorage(announce)).ImportAsync(
            new ParsedFile([new ImportedDevis("D-1", "5", true, new DateOnly(2026, 11, 24), null, null)], []), Cancellation);

        announce.Met.ShouldBeTrue();
        var row = (await Storage.Devis.FindAsync("devis", "D-1", Cancellation)).ShouldNotBeNull();
        row.GetString("Montant").ShouldBe("5");
        row.GetString("StartNotifiedFor").ShouldBe("2026-11-24");
    }

    [Fact]
    public async Task Import_NumberWithASlash_IsStoredUnderAnEncodedKeyAndFoundAgain()
    {
        ImportedDevis[] quotes = [Quote("DV/2026/105"), Quote(@"a\b#c?d é"), Quote("DV-2026-101")];

        var first = await ImportAsync(quotes);
        var second = await ImportAsync(quotes);

        first.Added.ShouldBe(3, string.Join("; ", first.Problems));
        second.Unchanged.ShouldBe(3);
        (await NumbersByKeyAsync()).ShouldBe(
            [("DV-2026-101", null), ("DV=2F2026=2F105", "DV/2026/105"), ("a=5Cb=23c=3Fd=20=C3=A9", @"a\b#c?d é")], ignoreOrder: true);
    }

    [Fact]
    public async Task Import_QuoteOfASyncedRow_UpdatesThatRow()
    {
        await AddDevisAsync("django-5", ("Numero", "DV/2026/105"), ("Statut", true), ("Montant", "1"), ("StartNotifiedFor", "2026-11-24"));

        var result = await ImportAsync([Quote("DV/2026/105")]);

        result.Updated.ShouldBe(1);
        (await NumbersByKeyAsync()).ShouldBe([("django-5", "DV/2026/105")]);
        var row = (await Storage.Devis.FindAsync("devis", "django-5", Cancellation)).ShouldNotBeNull();
        row.GetString("Montant").ShouldBe("7.5");
        row.GetString("StartNotifiedFor").ShouldBe("2026-11-24");
    }

    [Fact]
    public async Task Import_NumberOfTwoRows_IsReportedAndChangesNeither()
    {
        await AddDevisAsync("django-2", ("Numero", "DV-2026-102"), ("Statut", true), ("Montant", "1"));
        await AddDevisAsync("DV-2026-102", ("Statut", true), ("Montant", "2"));

        var file = DevisCsv.Parse(
            "numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme\nD-1,1,true,,,x\nDV-2026-102,610,true,,,x\ntoo,few\n");
        var result = await new DevisTable(Storage).ImportAsync(file, Cancellation);

        result.ShouldSatisfyAllConditions(() => result.Added.ShouldBe(1), () => result.Updated.ShouldBe(0), () => result.Unchanged.ShouldBe(0));
        result.Problems.Select(problem => problem.Line).ShouldBe([3, 4]);
        result.Problems[0].Reason.ShouldContain("the number of 2 quotes in the table (DV-2026-102, django-2)");
        (await Storage.Devis.FindAsync("devis", "DV-2026-102", Cancellation)).ShouldNotBeNull().GetString("Montant").ShouldBe("2");
        (await Storage.Devis.FindAsync("devis", "django-2", Cancellation)).ShouldNotBeNull().GetString("Montant").ShouldBe("1");
    }

    [Fact]
    public async Task Import_NumberOfAnActiveAndAnInactiveRow_UpdatesTheActiveOne()
    {
        await AddDevisAsync("django-2", ("Numero", "D-2"), ("Statut", true), ("Montant", "1"));
        await AddDevisAsync("D-2", ("Statut", false), ("Montant", "2"));

        var result = await ImportAsync([Quote("D-2")]);

        result.ShouldSatisfyAllConditions(() => result.Updated.ShouldBe(1), () => result.Problems.ShouldBeEmpty());
        (await Storage.Devis.FindAsync("devis", "django-2", Cancellation)).ShouldNotBeNull().GetString("Montant").ShouldBe("7.5");
        var other = (await Storage.Devis.FindAsync("devis", "D-2", Cancellation)).ShouldNotBeNull();
        other.GetString("Montant").ShouldBe("2");
        other.GetBoolean("Statut").ShouldBe(false);
    }

    [Theory]
    [InlineData(false)]
    [InlineData("maybe")]
    public async Task Import_NumberWithoutExactlyOneActiveRow_IsReported(object other)
    {
        await AddDevisAsync("django-2", ("Numero", "D-2"), ("Statut", other is not false));
        await AddDevisAsync("D-2", ("Statut", other));

        (await ImportAsync([Quote("D-2")])).Problems.ShouldHaveSingleItem().Reason.ShouldContain("the number of 2 quotes");
    }

    [Fact]
    public async Task Import_KeyOfAnotherQuote_IsReportedAndItsRowIsKept()
    {
        await AddDevisAsync("D-1", ("Numero", "old"), ("Statut", true), ("Montant", "1"));

        var taken = await ImportAsync([Quote("D-1")]);
        var sameKeyTwice = await ImportAsync([Quote("D/2"), Quote("D=2F2")]);

        taken.Problems.ShouldHaveSingleItem().Reason.ShouldContain("has the number 'old'");
        (await Storage.Devis.FindAsync("devis", "D-1", Cancellation)).ShouldNotBeNull().GetString("Montant").ShouldBe("1");
        sameKeyTwice.Added.ShouldBe(1);
        sameKeyTwice.Problems.ShouldHaveSingleItem().Reason.ShouldContain("has the number 'D/2'");
        (await NumbersByKeyAsync()).ShouldBe([("D-1", "old"), ("D=2F2", "D/2")], ignoreOrder: true);
    }

    private static ImportedDevis Quote(string number) => new(number, "7.5", true, new DateOnly(2026, 11, 24), null, null);

    private async Task<List<(string Key, string? Number)>> NumbersByKeyAsync()
    {
        var rows = await Storage.Devis.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation);
        return [.. rows.Select(row => (row.RowKey, row.GetString("Numero")))];
    }

    private static List<ImportedDevis> Quotes(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ImportedDevis($"D {i} é%", $"{i}.50", i % 2 == 0, new DateOnly(2026, 1, 1).AddDays(i), null, null))];

    private Task<ImportResult> ImportAsync(IReadOnlyList<ImportedDevis> devis) =>
        new DevisTable(Storage).ImportAsync(new ParsedFile(devis, []), Cancellation);
}
