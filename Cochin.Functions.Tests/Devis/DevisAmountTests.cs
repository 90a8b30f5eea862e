using Cochin.Functions.Devis;

namespace Cochin.Functions.Tests.Devis;

/// <summary>Amounts in CSV files.</summary>
public sealed class DevisAmountTests
{
    private const string Header = "numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme\n";

    [Theory]
    [InlineData("1 234,56 €", "1234.56")]
    [InlineData("1\u00A0234,56\u00A0€", "1234.56")]
    [InlineData("1\u202F234\u202F567,5€", "1234567.5")]
    [InlineData("1\u2009234 EUR", "1234")]
    [InlineData("-12,00", "-12.00")]
    [InlineData("1234.5678", "1234.5678")]
    [InlineData("1 234.56", "1234.56")]
    [InlineData("0,5", "0.5")]
    public void Parse_AmountInFrench_IsRead(string written, string amount) =>
        DevisCsv.Parse(Header + $"D-1,\"{written}\",true,,,x").Devis.ShouldHaveSingleItem().Amount.ShouldBe(amount);

    [Theory]
    [InlineData("1,234.56")]
    [InlineData("1.234,56")]
    [InlineData("1,234")]
    [InlineData("12 34")]
    [InlineData("1 2345")]
    [InlineData("€")]
    [InlineData("12 $")]
    [InlineData("1e3")]
    public void Parse_AmbiguousAmount_IsReported(string written) =>
        DevisCsv.Parse(Header + $"D-1,\"{written}\",true,,,x").Problems.ShouldHaveSingleItem().Reason.ShouldContain("not an amount");

    [Theory]
    [InlineData("1.234")]
    [InlineData("12.345 €")]
    [InlineData("-123.456")]
    public void Parse_AmountWithThreeDigitsAfterThePoint_IsReportedAsAmbiguous(string written) =>
        DevisCsv.Parse(Header + $"D-1,{written},true,,,x").Problems.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            problem => problem.Line.ShouldBe(2),
            problem => problem.Reason.ShouldContain("1234.56"));

    [Theory]
    [InlineData("1234.567")]
    [InlineData("0.125")]
    [InlineData("1234.50")]
    [InlineData("1.23")]
    public void Parse_AmountWhosePointCanOnlyBeADecimalOne_IsRead(string written) =>
        DevisCsv.Parse(Header + $"D-1,{written},true,,,x").Devis.ShouldHaveSingleItem().Amount.ShouldBe(written);

    [Theory]
    [InlineData("numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,1234,56,true,2026-12-01,2026-12-31")]
    [InlineData("numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,1,234.56,true,2026-12-01,2026-12-31")]
    [InlineData("numero_devis,statut,date_debut,date_rendu,montant,agent_plateforme", "D-1,true,2026-12-01,2026-12-31,1234,56")]
    [InlineData("numero_devis,statut,date_debut,date_rendu,montant,agent_plateforme", "D-1,true,2026-12-01,2026-12-31,1,234.56")]
    [InlineData("numero_devis,statut,date_debut,date_rendu,montant,agent_plateforme", "D-1,true,2026-12-01,2026-12-31,1,234.56,Marie")]
    [InlineData("numero_devis,date_debut,date_rendu,montant,statut,agent_plateforme", "D-1,,,12,1,true")]
    [InlineData("numero_devis,statut,date_debut,date_rendu,agent_plateforme,montant", "D-1,true,,,Marie,1234,56")]
    [InlineData("numero_devis,statut,date_debut,date_rendu,agent_plateforme,montant", "D-1,true,,,Rue 7, 12,50")]
    public void Parse_UnquotedCommaInTheAmount_IsReportedWhateverTheNumberOfFields(string header, string line)
    {
        var file = DevisCsv.Parse($"{header}\n{line}\n");

        file.Devis.ShouldBeEmpty();
        file.Problems.ShouldHaveSingleItem().Reason.ShouldContain("comma in it");
    }

    [Theory]
    [InlineData("numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,12,1,,,Marie")]
    [InlineData("numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,12,0,2026-12-01,2026-12-31,Marie, fils")]
    [InlineData("montant,numero_devis,statut,date_debut,date_rendu,agent_plateforme", "12,56,true,,2026-12-31,Marie")]
    [InlineData("numero_devis,statut,date_debut,date_rendu,agent_plateforme,montant", "D-1,1,,,Marie,12,,")]
    public void Parse_NumberAfterTheAmountThatIsAFieldOfItsOwn_IsRead(string header, string line) =>
        DevisCsv.Parse($"{header}\n{line}\n").Devis.ShouldHaveSingleItem().Amount.ShouldBe("12");

    [Theory]
    [InlineData("D-1,1234,56,true,,,x")]
    [InlineData("D-1,12,0,1,,,x")]
    [InlineData("D-1,12,1,true,24/11/2026,,x")]
    public void Parse_UnquotedDecimalCommaInACommaFile_IsReported(string line) =>
        DevisCsv.Parse(Header + line).Problems.ShouldHaveSingleItem();

    [Theory]
    [InlineData("D-1,true,,,1234,56,Marie")]
    [InlineData("D-1,true,,,1234,5,")]
    [InlineData("D-1,true,,,1234,56 €,Marie")]
    public void Parse_UnquotedDecimalCommaBeforeTheLastField_IsNotReadAsTheAgent(string line)
    {
        var file = DevisCsv.Parse("numero_devis,statut,date_debut,date_rendu,montant,agent_plateforme\n" + line + "\nD-2,true,,,1234.56,Dupont, Marie\n");

        file.Problems.ShouldHaveSingleItem().Reason.ShouldContain("comma in it");
        file.Devis.ShouldHaveSingleItem().Agent.ShouldBe("Dupont, Marie");
    }

    [Fact]
    public void Parse_Semicolons_AllowDecimalCommas()
    {
        var devis = DevisCsv.Parse("numero_devis;montant;statut;date_debut;date_rendu;agent_plateforme\r\nD-1;1 234,50;FALSE;;;é\r\n").Devis
            .ShouldHaveSingleItem();

        devis.Amount.ShouldBe("1234.50");
        devis.Active.ShouldBeFalse();
    }
}
