using Cochin.Functions.Devis;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests.Devis;

/// <summary>An export as the Django application writes it: display names as the header, and no field is quoted.</summary>
public sealed class DevisExportTests(AzuriteServer server) : CommandTest(server)
{
    private const string Export = """
        Numero Devis,Montant,Statut,Date Debut,Date Rendu,Agent Plateforme
        P-301,9400.0,true,2026-11-26,2026-12-22,Bureau Ouest
        P-302,310.5,true,2026-11-30,2026-12-14,Bureau Centre
        P-303,27000,true,2026-11-30,2026-11-30,Bureau Ouest, équipe 3
        P-304,800,false,,,
        P/2026/305,4100.75,true,2026-12-01,2026-12-31,Bureau Est
        P-306,2 345,67,true,2026-11-25,2026-12-05,Bureau Centre
        P-302,470,true,2026-12-03,2026-12-20,Bureau Centre
        P-307,,true,2026-11-28,2026-12-01,Bureau Ouest
        P-308,650,true,2026-12-02,2027-01-10,Bureau "Est"
        P-309,200,true,15/11/2026,2026-12-04,Bureau Est
        ,55,true,2026-12-01,2026-12-02,Bureau Centre
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cochin-");

    public static bool HasFixture => Fixture is not null;

    // A real export, if there is one next to the checkout.
    private static string? Fixture => Parents(ProjectRoot.Path)
        .Select(parent => Path.Combine(parent, "shared", "fixtures", "django", "Devis_export.csv"))
        .FirstOrDefault(File.Exists);

    public override async ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        await base.DisposeAsync();
    }

    [Fact]
    public void Parse_Export_ReadsOrReportsEachLine()
    {
        var file = DevisCsv.Parse(Export);

        file.Devis.ShouldBe(
        [
            new("P-301", "9400.0", true, new(2026, 11, 26), new(2026, 12, 22), "Bureau Ouest"),
            new("P-302", "310.5", true, new(2026, 11, 30), new(2026, 12, 14), "Bureau Centre"),
            new("P-303", "27000", true, new(2026, 11, 30), new(2026, 11, 30), "Bureau Ouest, équipe 3"),
            new("P-304", "800", false, null, null, null),
            new("P/2026/305", "4100.75", true, new(2026, 12, 1), new(2026, 12, 31), "Bureau Est"),
            new("P-307", null, true, new(2026, 11, 28), new(2026, 12, 1), "Bureau Ouest"),
            new("P-308", "650", true, new(2026, 12, 2), new(2027, 1, 10), "Bureau \"Est\""),
            new("P-309", "200", true, new(2026, 11, 15), new(2026, 12, 4), "Bureau Est"),
        ]);
        file.Problems.ShouldBe(
        [
            new(7, "montant seems to have a comma in it ('2 345,67'), but commas separate the fields; write it as 1234.56 or in quotes"),
            new(8, "numero_devis 'P-302' is already used in line 3"),
            new(12, "numero_devis is missing"),
        ]);
        file.Ignored.ShouldBeEmpty();
    }

    [Fact]
    public void Parse_ExportWithTabs_ReadsTheAmountThatCommasSplit()
    {
        var tabs = Export.Replace(',', '\t')
            .Replace("2 345\t67", "2 345,67", StringComparison.Ordinal)
            .Replace("Ouest\t é", "Ouest, é", StringComparison.Ordinal);

        var file = DevisCsv.Parse(tabs);

        file.Devis.Single(devis => devis.Number == "P-306").Amount.ShouldBe("2345.67");
        file.Devis.Single(devis => devis.Number == "P-303").Agent.ShouldBe("Bureau Ouest, équipe 3");
        file.Problems.Select(problem => problem.Line).ShouldBe([8, 12]);
    }

    [Fact]
    public async Task Import_Export_WritesRowsAndNamesLines()
    {
        var path = Path.Combine(folder.FullName, "Devis_export.csv");
        await File.WriteAllTextAsync(path, Export, Cancellation);

        var first = await RunAsync("devis", "import", path);
        var again = await RunAsync("devis", "import", path, "--json");
        var list = await RunAsync("devis", "list", "--json");

        first.ExitCode.ShouldBe(3);
        first.Output.ShouldContain("8 added, 0 updated, 0 unchanged");
        first.Errors.ShouldContain("line 12: numero_devis is missing");
        first.Errors.ShouldNotContain("note:");
        again.ExitCode.ShouldBe(3);
        again.Json.GetProperty("unchanged").GetInt32().ShouldBe(8);
        again.Json.GetProperty("ignored").GetArrayLength().ShouldBe(0);
        again.Json.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("line").GetInt32()).ShouldBe([7, 8, 12]);
        var slash = list.Json.GetProperty("devis").EnumerateArray().Single(devis => devis.GetProperty("number").GetString() == "P/2026/305");
        slash.GetProperty("id").GetString().ShouldBe("P=2F2026=2F305");
        (await Storage.Devis.FindAsync("devis", "P-307", Cancellation)).ShouldNotBeNull().ContainsKey("Montant").ShouldBeFalse();
        (await Storage.Devis.FindAsync("devis", "P-309", Cancellation)).ShouldNotBeNull().GetString("DateDebut").ShouldBe("2026-11-15");
    }

    [Fact]
    public async Task Import_FurtherColumn_IsNamedAndNoProblem()
    {
        var path = Path.Combine(folder.FullName, "further.csv");
        await File.WriteAllTextAsync(
            path, "Numero Devis,Montant,Statut,Date Debut,Date Rendu,Agent Plateforme,Créé le\nP-301,9400.0,true,,,Bureau Ouest,hier\n", Cancellation);

        var text = await RunAsync("devis", "import", path);
        var json = await RunAsync("devis", "import", path, "--json");

        text.ExitCode.ShouldBe(0, text.Errors);
        text.Errors.ShouldBe("note: the columns 'Créé le' are not imported.\n");
        json.Json.GetProperty("ignored").EnumerateArray().Select(name => name.GetString()).ShouldBe(["Créé le"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Numero Devis,Montant,Statut,Date Debut,Agent Plateforme\nP-301,9400.0,true,2026-11-26,x\n")]
    [InlineData("a,b,c\n1,2,3\n")]
    public async Task Import_EmptyOrAnotherHeader_ChangesNothing(string text)
    {
        var path = Path.Combine(folder.FullName, "other.csv");
        await File.WriteAllTextAsync(path, text, Cancellation);

        var result = await RunAsync("devis", "import", path, "--json");

        result.ExitCode.ShouldBe(2);
        result.Error.GetProperty("code").GetString().ShouldBe("bad_file");
        (await RunAsync("devis", "list", "--json")).Json.GetProperty("devis").GetArrayLength().ShouldBe(0);
    }

    [Fact(Skip = "There is no real export next to the checkout.", SkipUnless = nameof(HasFixture))]
    public async Task Import_RealExport_WritesRowsAndNamesLines()
    {
        var result = await RunAsync("devis", "import", Fixture!, "--json");

        result.ExitCode.ShouldBe(3);
        result.Json.GetProperty("added").GetInt32().ShouldBe(8);
        result.Json.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("line").GetInt32()).ShouldBe([7, 8, 12]);
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var parent = Path.GetDirectoryName(path); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            yield return parent;
        }
    }
}
