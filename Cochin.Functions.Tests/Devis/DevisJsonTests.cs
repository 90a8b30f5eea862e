using Cochin.Functions.Devis;

namespace Cochin.Functions.Tests.Devis;

public sealed class DevisJsonTests
{
    [Theory]
    [InlineData("1.234", "1.234")]
    [InlineData("-1.234", "-1.234")]
    [InlineData("12", "12")]
    public void Json_AmountAsANumber_HasADecimalPoint(string written, string amount) =>
        DevisJson.Parse($$"""[{"numero_devis":"D-1","montant":{{written}},"statut":true,"date_debut":null,"date_rendu":null,"agent_plateforme":null}]""")
            .Devis.ShouldHaveSingleItem().Amount.ShouldBe(amount);

    [Fact]
    public void Json_HasTheSameFields()
    {
        const string Quote = """{"numero_devis":"D-1","montant":12.5,"statut":true,"date_debut":null,"date_rendu":"2026-12-01","agent_plateforme":"x"}""";

        var file = DevisJson.Parse($$"""[{{Quote}},{"numero_devis":"D-2"},7]""");

        file.Devis.ShouldHaveSingleItem().ShouldBe(new ImportedDevis("D-1", "12.5", true, null, new DateOnly(2026, 12, 1), "x"));
        file.Problems.Select(problem => problem.Line).ShouldBe([2, 3]);
    }

    [Theory]
    [InlineData("""{"numero_devis":"D-1","montant":1,"statut":true,"date_debut":null,"date_rendu":null}""", "agent_plateforme")]
    [InlineData("""{"NUMERO_DEVIS":"D-1","statut":true,"date_debut":null,"date_rendu":null,"agent_plateforme":""}""", "montant")]
    [InlineData("""{"numero_devis":"D-1","montant":1,"montant":null,"statut":1,"date_debut":null,"date_rendu":null,"agent_plateforme":"x"}""", "more than")]
    [InlineData("""{"numero_devis":"D-1","montant":1,"Montant":2,"statut":1,"date_debut":null,"date_rendu":null,"agent_plateforme":"x"}""", "more than")]
    public void Json_MissingOrDuplicateField_IsAProblemOfTheRecord(string record, string expected)
    {
        const string Whole = """{"numero_devis":"D-2","montant":null,"statut":false,"date_debut":null,"date_rendu":null,"agent_plateforme":null}""";

        var file = DevisJson.Parse($"[{record},{Whole}]");

        file.Devis.ShouldHaveSingleItem().ShouldBe(new ImportedDevis("D-2", null, false, null, null, null));
        var problem = file.Problems.ShouldHaveSingleItem();
        problem.Line.ShouldBe(1);
        problem.Reason.ShouldContain(expected);
    }

    [Fact]
    public void Json_NamesAsInTheApplication_AreReadAndOthersNamed()
    {
        const string Quote =
            """{"Numéro Devis":"D/1","MONTANT":"1 234,56 €","Statut":true,"Date Debut":null,"dateRendu":"04/12/2026","agent plateforme":"x","tags":["a"]}""";

        var file = DevisJson.Parse($"[{Quote}]");

        file.Problems.ShouldBeEmpty();
        file.Devis.ShouldHaveSingleItem().ShouldBe(new ImportedDevis("D/1", "1234.56", true, null, new DateOnly(2026, 12, 4), "x"));
        file.Ignored.ShouldBe(["tags"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[{\"unknown\":1}]")]
    [InlineData("[{")]
    [InlineData("""[{"numero_devis":"\ud800"}]""")]
    [InlineData("""[{"\ud800":1}]""")]
    public void Json_OfAnotherForm_IsRejected(string text) => Should.Throw<DevisImportException>(() => DevisJson.Parse(text));
}
