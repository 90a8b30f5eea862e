using Cochin.Functions.Devis;

namespace Cochin.Functions.Tests.Devis;

/// <summary>Lines in which a field contains the separator without quotes.</summary>
public sealed class DevisLineTests
{
    private const string Header = "numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme";

    [Theory]
    [InlineData(Header + ",notes", "D-1,12,true,,,Marie,urgent", "Marie")]
    [InlineData(Header + ",notes", "D-1,12,true,,,\"Dupont, Marie\",\"a, b\"", "Dupont, Marie")]
    [InlineData("client,ville," + Header, "Dupont, fils,Paris,D-1,12,true,,,Marie", "Marie")]
    [InlineData("numero_devis,client,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,Dupont, fils, SA,12,true,,,Marie", "Marie")]
    [InlineData("numero_devis,client,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,Dupont,12,true,,,Marie, fils", "Marie, fils")]
    [InlineData("agent_plateforme,montant,statut,date_debut,date_rendu,numero_devis", "Rue 7, bis,12,true,,,D-1", "Rue 7, bis")]
    [InlineData("numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,12,true,,,7, 12, rue X", "7, 12, rue X")]
    [InlineData("numero_devis,statut,date_debut,date_rendu,montant,agent_plateforme", "D-1,true,,,12.00,7, 12, rue X", "7, 12, rue X")]
    public void Parse_CommaInATextField_GoesToTheOnlyFieldItCanBelongTo(string header, string line, string agent)
    {
        var devis = DevisCsv.Parse($"{header}\n{line}\n").Devis.ShouldHaveSingleItem();

        devis.Agent.ShouldBe(agent);
        devis.Amount.ShouldBe(line.Contains("12.00", StringComparison.Ordinal) ? "12.00" : "12");
    }

    [Theory]
    [InlineData(Header + ",notes", "D-1,12,true,,,Dupont, Marie,urgent", "it has 8 fields instead of 7; put each field that contains the separator in quotes")]
    [InlineData(Header + ",notes", "D-1,12,true,,,a,b,c,d", "it has 9 fields instead of 7")]
    [InlineData("numero_devis;montant;statut;date_debut;date_rendu;agent_plateforme;notes", "D-1;12;true;;;Dupont; Marie;x", "it has 8 fields instead of 7")]
    [InlineData("numero_devis,client,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,a,b,12,true,,,c,d", "statut '12'")]
    public void Parse_CommaThatMayBelongToTwoFields_IsReported(string header, string line, string expected)
    {
        var file = DevisCsv.Parse($"{header}\n{line}\n");

        file.Devis.ShouldBeEmpty();
        file.Problems.ShouldHaveSingleItem().Reason.ShouldContain(expected);
    }

    [Theory]
    [InlineData(Header + ",notes", "D-1,1 234,56,true,,,Marie,x")]
    [InlineData(Header + ",notes", "D-1,1 234,56,true,,,Marie, fils,x")]
    [InlineData("client," + Header, "Dupont, fils,D-1,1 234,56,true,,,Marie")]
    [InlineData("numero_devis,client,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,Rue 7, bis,12,50,true,,,Marie")]
    [InlineData("numero_devis,client,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,Rue 7,12,50,true,,,Marie")]
    [InlineData("numero_devis,agent_plateforme,montant,statut,date_debut,date_rendu", "D-1,Rue 7,12,50,true,,")]
    [InlineData("numero_devis,statut,date_debut,date_rendu,montant,tva,agent_plateforme", "D-1,true,,,1234,56,20,Marie")]
    public void Parse_UnquotedDecimalCommaNextToFurtherColumns_IsReported(string header, string line)
    {
        var file = DevisCsv.Parse($"{header}\n{line}\n");

        file.Devis.ShouldBeEmpty();
        file.Problems.ShouldHaveSingleItem().Line.ShouldBe(2);
    }
}
