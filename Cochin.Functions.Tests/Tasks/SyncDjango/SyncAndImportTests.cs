using Cochin.Functions.Devis;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>The application's export, imported, compared with what is copied of the same quotes: the same columns.</summary>
public sealed class SyncAndImportTests : SyncTest
{
    private const string Header = "Numero Devis,Montant,Statut,Date Debut,Date Rendu,Agent Plateforme";

    private static readonly string[][] Quotes =
    [
        ["Q-301", "9400.0", "True", "2026-11-26", "2026-12-22", "Bureau Ouest"],
        ["Q-302", "310.5", "True", "2026-11-30", "2026-11-30", "Bureau Ouest, équipe 3"],
        ["Q-303", "800", "False", "", "", ""],
        ["Q/2026/304", "4100.75", "True", "2026-12-01", "2026-12-31", "Bureau Est"],
        ["Q-305", "", "True", "2026-11-28", "2026-12-01", "Bureau \"Est\""],
        ["Q-306", "200", "True", "15/11/2026", "2026-12-04", " Bureau Centre "],
        ["Q-307", "2 345,67", "True", "2026-11-25", "05/12/2026", "Bureau Centre"],
        ["Q-308", "1\u202f250,50 €", "True", "", "2026-12-05", "Bureau Centre"],
    ];

    // As the application does: no field is quoted, and flags are in lower case.
    private static readonly string Export = string.Join('\n', Quotes.Select(Line).Prepend(Header));

    // The decimal comma of an amount that is not quoted is reported, not imported.
    private static readonly string Quoted = Export.Replace("2 345,67", "\"2 345,67\"", StringComparison.Ordinal)
        .Replace("1\u202f250,50 €", "\"1\u202f250,50 €\"", StringComparison.Ordinal);

    public SyncAndImportTests(AzuriteServer server)
        : base(server)
    {
        for (var i = 0; i < Quotes.Length; i++)
        {
            Django.AddRecord(i + 1, 1, false, false, [.. DjangoTables.QuoteFields.Zip(Quotes[i], (field, value) => (field, (object?)value))]);
        }
    }

    [Fact]
    public async Task Import_OfTheExportAfterTheSync_WritesNothing()
    {
        await RunAsync();
        var writes = Writes();

        var plain = await new DevisTable(NewStorage(writes)).ImportAsync(DevisCsv.Parse(Export), Cancellation);
        var quoted = await new DevisTable(NewStorage(writes)).ImportAsync(DevisCsv.Parse(Quoted), Cancellation);

        (plain.Unchanged, plain.Problems.Count).ShouldBe((Quotes.Length - 2, 2));
        (quoted.Unchanged, quoted.Problems.Count).ShouldBe((Quotes.Length, 0));
        writes.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Run_AfterTheImportOfTheExport_WritesTheSameColumns()
    {
        (await new DevisTable(Storage).ImportAsync(DevisCsv.Parse(Quoted), Cancellation)).Added.ShouldBe(Quotes.Length);
        var imported = new List<string>();
        foreach (var quote in Quotes)
        {
            var row = await QuoteAsync(quote[0].Replace("/", "=2F", StringComparison.Ordinal));
            row["Numero"] = quote[0]; // An import adds it only if the key differs from it.
            imported.Add(Text(row));
        }

        await RunAsync();

        var copied = new List<string>();
        for (var i = 1; i <= Quotes.Length; i++)
        {
            var row = await QuoteAsync($"django-{i}");
            row.Remove("CreatedAt"); // The export does not have it.
            copied.Add(Text(row));
        }

        copied.ShouldBe(imported);
    }

    private static string Line(string[] quote) => string.Join(',', quote.Select((value, i) => i == 2 ? value.ToLowerInvariant() : value));
}
