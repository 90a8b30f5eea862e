using Cochin.Functions.Devis;
using Cochin.Functions.Tests.Proof.Input;
using CsCheck;

namespace Cochin.Functions.Tests.Devis;

/// <summary>Lines in which a field contains the separator without quotes.</summary>
public sealed class DevisLineTests
{
    private const string Header = "numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme";

    [Theory]
    [InlineData(Header + ",notes", "D-1,12,true,,,Marie,urgent", "Marie")]
    [InlineData(Header + ",notes", "D-1,12,true,,,\"Dupont, Marie\",\"a, b\"", "Dupont, Marie")]
    [InlineData("numero_devis,montant,client,statut,date_debut,date_rendu,agent_plateforme", "D-1,12,Dupont, fils, SA,true,,,Marie, bis", "Marie, bis")]
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
    [InlineData(Header + ",notes", "D-1,12,true,,,Dupont, Marie,", "it has 8 fields instead of 7")]
    [InlineData(Header, "D,1,12,true,,,Marie", "('1,12')")]
    [InlineData(Header, "D-1,12,true,,,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z", "it has 31 fields instead of 6")]
    [InlineData(Header, "D,a,12.50,true,,,Marie", "it has 7 fields instead of 6")]
    [InlineData("numero_devis,client,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,Dupont, fils,12,true,,,Marie", "it has 8 fields")]
    [InlineData(Header, "D-1,1.234,56,true,,,Marie", "('1.234,56')")]
    [InlineData("client,ville," + Header, "Dupont, fils,Paris,D-1,12,true,,,Marie", "it has 9 fields instead of 8")]
    [InlineData("numero_devis,statut,date_debut,date_rendu,agent_plateforme,montant", "D-1,true,,,Rue 7, 12,", "it has 7 fields instead of 6")]
    [InlineData("numero_devis;montant;statut;date_debut;date_rendu;agent_plateforme;notes", "D-1;12;true;;;Dupont; Marie;x", "it has 8 fields instead of 7")]
    [InlineData("numero_devis,client,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,a,b,12,true,,,c,d", "it has 9 fields")]
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
    [InlineData("numero_devis,client,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,Dupont,12,5000,true,,,Marie")]
    [InlineData("numero_devis,client,montant,statut,date_debut,date_rendu,agent_plateforme", "D-1,Dupont,1.234,56,true,,,Marie")]
    [InlineData("numero_devis,statut,date_debut,date_rendu,montant,tva,agent_plateforme", "D-1,true,,,1234,56,20,Marie")]
    public void Parse_UnquotedDecimalCommaNextToFurtherColumns_IsReported(string header, string line)
    {
        var file = DevisCsv.Parse($"{header}\n{line}\n");

        file.Devis.ShouldBeEmpty();
        file.Problems.ShouldHaveSingleItem().Line.ShouldBe(2);
    }

    [Fact]
    public void Parse_AnyUnquotedLine_IsReadRightOrReported()
    {
        string[] texts = ["", "Marie", "Dupont, Marie", "7", "7, 12", "Rue 7, bis, B", "1", "true", "2026-11-24, x", "12,50", "75002", "0,1"];
        var line = Gen.Select(
            Hostile.OneOf("D-1", "7", "D,1", "1,5"),
            Hostile.OneOf("12", "1234.56", "1 234,56", "1.234,56", "1,234.56", "12,5000", "0,5", ""),
            Hostile.OneOf("true", "1", "0"),
            Hostile.OneOf("", "2026-11-24", "24/11/2026").Array[2],
            Hostile.OneOf(texts).Array[3],
            Gen.Int[0, 1_000_000].Array[8],
            (number, amount, active, dates, free, order) => Shuffled(
                [
                    (DevisFields.Number, number), (DevisFields.Amount, amount), (DevisFields.Active, active), (DevisFields.Start, dates[0]),
                    (DevisFields.End, dates[1]), (DevisFields.Agent, free[0]), ("client", free[1]), ("notes", free[2]),
                ],
                order));
        var (read, reported) = (0, 0);

        line.Sample(
            columns =>
            {
                var written = columns.ToDictionary(column => column.Name, column => column.Value);
                var file = DevisCsv.Parse($"{string.Join(',', written.Keys)}\n{string.Join(',', written.Values)}\n");

                read += file.Devis.Count;
                reported += file.Problems.Count;
                foreach (var devis in file.Devis)
                {
                    ImportedDevis.TryRead(written, monthFirst: null, out var expected, out _).ShouldBeTrue();
                    devis.ShouldBe(expected);
                }
            },
            iter: 10_000,
            threads: 1);

        read.ShouldBeGreaterThan(500);
        reported.ShouldBeGreaterThan(500);
    }

    // In half of the lines, the columns are in the order of the application, and without further ones in a quarter.
    private static (string Name, string Value)[] Shuffled((string Name, string Value)[] columns, int[] order) => (order[0] % 4) switch
    {
        0 => columns[..6],
        1 => columns,
        _ => [.. columns.Zip(order).OrderBy(pair => pair.Second).Select(pair => pair.First)],
    };
}
