using Cochin.Functions.Devis;

namespace Cochin.Functions.Tests.Devis;

/// <summary>The header of CSV files: which column is which field.</summary>
public sealed class DevisHeaderTests
{
    [Theory]
    [InlineData("numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme")]
    [InlineData("Numero Devis,Montant,Statut,Date Debut,Date Rendu,Agent Plateforme")]
    [InlineData("Numéro Devis,MONTANT,Statut,Date Début,Date Rendu,Agent Plateforme")]
    [InlineData("nume\u0301ro__devis, montant ,STATUT,datedebut,DATE_RENDU,Agent\u00A0 plateforme")]
    [InlineData("\"Numero Devis\",\"Montant\",\"Statut\",\"Date Debut\",\"Date Rendu\",\"Agent Plateforme\"")]
    [InlineData("\uFEFFNumero Devis,Montant,Statut,Date Debut,Date Rendu,Agent Plateforme\r")]
    public void Parse_HeaderInAnySpelling_IsMatched(string header)
    {
        var file = DevisCsv.Parse(header.TrimStart('\uFEFF') + "\nD-1,12.50,true,2026-11-24,2026-12-01,Marie\n");

        file.Devis.ShouldHaveSingleItem()
            .ShouldBe(new ImportedDevis("D-1", "12.50", true, new DateOnly(2026, 11, 24), new DateOnly(2026, 12, 1), "Marie"));
        file.Ignored.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Client,Numero Devis,Montant,Statut,Date Debut,Date Rendu,Agent Plateforme", "Dupont,D-1,5,true,,,Marie", "Client")]
    [InlineData("Numero Devis,Montant,TVA,Statut,Date Debut,Date Rendu,Agent Plateforme", "D-1,5,20,true,,,Marie", "TVA")]
    [InlineData("Numero Devis,Statut,Date Debut,Date Rendu,Montant,TVA,Agent Plateforme", "D-1,true,,,5,20,Marie", "TVA")]
    [InlineData("Numero Devis,Montant,Statut,Date Debut,Date Rendu,Agent Plateforme,Créé le,Notes", "D-1,5,true,,,Marie,hier,", "Créé le|Notes")]
    [InlineData("\"Client, ville\",Numero Devis,Montant,Statut,Date Debut,Date Rendu,Agent Plateforme", "x,D-1,5,true,,,Marie", "Client, ville")]
    [InlineData(",Numero Devis,Montant,Statut,Date Debut,Date Rendu,Agent Plateforme", "0,D-1,5,true,,,Marie", "")]
    [InlineData("\tNumero Devis\tMontant\tStatut\tDate Debut\tDate Rendu\tAgent Plateforme", "0\tD-1\t5\ttrue\t\t\tMarie", "")]
    public void Parse_FurtherColumns_AreIgnoredAndNamed(string header, string line, string ignored)
    {
        var file = DevisCsv.Parse($"{header}\n{line}\n");

        file.Problems.ShouldBeEmpty();
        file.Devis.ShouldHaveSingleItem().ShouldBe(new ImportedDevis("D-1", "5", true, null, null, "Marie"));
        string.Join('|', file.Ignored).ShouldBe(ignored);
    }

    [Theory]
    [InlineData("a,b,c\n", "'a', 'b', 'c'")]
    [InlineData("numero_devis,montant,statut,date_debut,date_rendu\n", "it has no agent_plateforme.")]
    [InlineData("Numero Devis,Montant,Statut,Date Debut,Date de rendu,Agent Plateforme\n", "it has no date_rendu (other columns: 'Date de rendu')")]
    [InlineData("numero_devis,Numero Devis,montant,statut,date_debut,date_rendu,agent_plateforme\n", "numero_devis occurs twice")]
    public void Parse_AnotherHeader_IsRejected(string text, string expected) =>
        Should.Throw<DevisImportException>(() => DevisCsv.Parse(text)).Message.ShouldContain(expected);
}
