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

    private static List<ImportedDevis> Quotes(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ImportedDevis($"D {i} é%", $"{i}.50", i % 2 == 0, new DateOnly(2026, 1, 1).AddDays(i), null, null))];

    private Task<ImportResult> ImportAsync(IReadOnlyList<ImportedDevis> devis) =>
        new DevisTable(Storage).ImportAsync(new ParsedFile(devis, []), Cancellation);
}
