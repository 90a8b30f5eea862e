using Cochin.Functions.Devis;

namespace Cochin.Functions.Tests.Devis;

public sealed class DevisCsvTests
{
    private const string Header = "numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme\n";

    [Fact]
    public void Parse_OldExport_ReadsEachField()
    {
        var devis = DevisCsv.Parse(Header + "D-1,1234.56,true,2026-11-24,2026-12-01,Marie\n").Devis.ShouldHaveSingleItem();

        devis.ShouldBe(new ImportedDevis("D-1", "1234.56", true, new DateOnly(2026, 11, 24), new DateOnly(2026, 12, 1), "Marie"));
    }

    [Theory]
    [InlineData("D-1,1,true,,,Dupont, Marie, fils", "Dupont, Marie, fils")]
    [InlineData("D-1,1,true,,,\"Dupont, \"\"le\"\" fils\"", "Dupont, \"le\" fils")]
    [InlineData("D-1,1,true,,,12\" pouces", "12\" pouces")]
    [InlineData("D-1,1,true,,,Jean \"Jo, le\" Dupont", "Jean \"Jo, le\" Dupont")]
    [InlineData("D-1,1,true,,,\"Jo\" Dupont, fils", "\"Jo\" Dupont, fils")]
    [InlineData("D-1,1,true,,,un\u2028deux\u0085trois\fquatre", "un\u2028deux\u0085trois\fquatre")]
    [InlineData("D-1,1,true,,,\"never closed", "\"never closed")]
    [InlineData("D-1,1,true,,,", null)]
    public void Parse_LastField_TakesWhatIsLeft(string line, string? agent) =>
        DevisCsv.Parse(Header + line).Devis.ShouldHaveSingleItem().Agent.ShouldBe(agent);

    [Fact]
    public void Parse_QuoteNeverClosed_CostsNoOtherLine() =>
        DevisCsv.Parse(Header + "D-1,1,true,,,\"open\nD-2,1,true,,,x\nD-3,1,true,,,\"y\"\n").Devis.Select(devis => devis.Number).ShouldBe(["D-1", "D-2", "D-3"]);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Parse_AnyLineEnding_CountsTheSameLines(string ending)
    {
        var file = DevisCsv.Parse($"{Header}D-1,1,true,,,x\nbad\nD-2,1,true,,,y\n".Replace("\n", ending, StringComparison.Ordinal));

        file.Devis.Select(devis => (devis.Number, devis.Agent)).ShouldBe([("D-1", "x"), ("D-2", "y")]);
        file.Problems.ShouldHaveSingleItem().Line.ShouldBe(3);
    }

    [Fact]
    public void Parse_Semicolons_AllowDecimalCommas()
    {
        var devis = DevisCsv.Parse("numero_devis;montant;statut;date_debut;date_rendu;agent_plateforme\r\nD-1;1 234,50;FALSE;;;é\r\n").Devis.ShouldHaveSingleItem();

        devis.Amount.ShouldBe("1234.50");
        devis.Active.ShouldBeFalse();
    }

    [Fact]
    public void Parse_BadLines_AreListedWithLineAndReasonAndTheRestIsRead()
    {
        var file = DevisCsv.Parse(Header + "D-1,abc,maybe,2026-02-30,,x\n\ntoo,few\nD/2,1,true,,,x\nD-3,1,true,,,x\nD-3,1,true,,,again\nD-4,1,true,,," + new string('x', 4_001));

        file.Devis.Select(devis => devis.Number).ShouldBe(["D-3"]);
        file.Problems.Select(problem => problem.Line).ShouldBe([2, 4, 5, 7, 8]);
        file.Problems[0].Reason.ShouldSatisfyAllConditions(
            reason => reason.ShouldContain("abc"),
            reason => reason.ShouldContain("maybe"),
            reason => reason.ShouldContain("2026-02-30"));
        file.Problems[2].Reason.ShouldContain("'/'");
        file.Problems[4].Reason.ShouldContain("4001");
    }

    [Fact]
    public void Parse_QuoteInTheNumber_IsNoNumber() =>
        DevisCsv.Parse(Header + "\"D-10,10,True,,,X").Problems.ShouldHaveSingleItem().Reason.ShouldContain("not closed");

    [Theory]
    [InlineData("a,b,c\n", "'a'")]
    [InlineData("numero_devis,montant,statut,date_debut,date_rendu\n", "agent_plateforme")]
    [InlineData("numero_devis,numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme\n", "twice")]
    public void Parse_AnotherHeader_IsRefused(string text, string expected) =>
        Should.Throw<DevisImportException>(() => DevisCsv.Parse(text)).Message.ShouldContain(expected);

    [Fact]
    public void Json_HasTheSameFields()
    {
        var file = DevisJson.Parse("""[{"numero_devis":"D-1","montant":12.5,"statut":true,"date_debut":null,"date_rendu":"2026-12-01","agent_plateforme":"x"},{"numero_devis":"D-2"},7]""");

        file.Devis.ShouldHaveSingleItem().ShouldBe(new ImportedDevis("D-1", "12.5", true, null, new DateOnly(2026, 12, 1), "x"));
        file.Problems.Select(problem => problem.Line).ShouldBe([2, 3]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[{\"unknown\":1}]")]
    [InlineData("[{")]
    [InlineData("""[{"numero_devis":"\ud800"}]""")]
    [InlineData("""[{"\ud800":1}]""")]
    public void Json_OfAnotherShape_IsRefused(string text) => Should.Throw<DevisImportException>(() => DevisJson.Parse(text));
}
