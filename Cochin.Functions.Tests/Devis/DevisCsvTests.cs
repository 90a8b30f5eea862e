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
    [InlineData("D-1,1,true,,,un\u2028deux", "un\u2028deux")]
    [InlineData("D-1,1,true,,,Marie,,,", "Marie")]
    [InlineData("D-1,1,true,,,", null)]
    public void Parse_LastField_ContainsTheRest(string line, string? agent) =>
        DevisCsv.Parse(Header + line).Devis.ShouldHaveSingleItem().Agent.ShouldBe(agent);

    [Fact]
    public void Parse_QuoteNeverClosed_IsRejectedWithoutAffectingOtherLines()
    {
        var file = DevisCsv.Parse(Header + "D-1,1,true,,,\"open\nD-2,1,true,,,x\nD-3,1,true,,,\"y\"\n");

        file.Devis.Select(devis => devis.Number).ShouldBe(["D-2", "D-3"]);
        file.Problems.ShouldHaveSingleItem().ShouldBe(new ImportProblem(2, "a field starts with a quotation mark (\") that is never closed"));
    }

    [Theory]
    [InlineData("D-1,1,true,,,\"Marie\nDupont\"\nD-2,1,true,,,x")]
    [InlineData("D-1,1,true,,,\"Marie\n\nD-9,9,true,,,\"\"Jo\"\"\"\nD-2,1,true,,,x")]
    [InlineData("\"D-1\n\",1,true,,,x\nD-2,1,true,,,x")]
    [InlineData("D-1,1,true,,,\"Marie\n\"\nD-2,1,true,,,x")]
    public void Parse_LineBreakInsideQuotes_RejectsTheWholeRecord(string lines)
    {
        var file = DevisCsv.Parse(Header + lines);

        file.Devis.Select(devis => devis.Number).ShouldBe(["D-2"]);
        var problem = file.Problems.ShouldHaveSingleItem();
        problem.Line.ShouldBe(2);
        problem.Reason.ShouldContain($"to line {lines.Count(letter => letter == '\n') + 1}");
    }

    [Fact]
    public void Parse_FileTruncatedInsideQuotes_ImportsNoPartialRecord()
    {
        var file = DevisCsv.Parse(Header + "D-1,1,true,,,x\nD-2,1,true,,,\"Marie\nDup");

        file.Devis.Select(devis => devis.Number).ShouldBe(["D-1"]);
        file.Problems.Select(problem => problem.Line).ShouldBe([3, 4]);
    }

    [Fact]
    public void Parse_InchSignsInTwoLines_AreOrdinaryCharacters() =>
        DevisCsv.Parse(Header + "D-1,1,true,,,12\" pouces\nD-2,1,true,,,15\" pouces\n").Devis
            .Select(devis => devis.Agent).ShouldBe(["12\" pouces", "15\" pouces"]);

    [Theory]
    [InlineData("a\u0007b", "U+0007")]
    [InlineData("a\tb", "U+0009")]
    [InlineData("a\fb", "U+000C")]
    [InlineData("a\u007Fb", "U+007F")]
    [InlineData("l\u0092agent", "windows-1252")]
    [InlineData("Marie\u0085", "U+0085")]
    [InlineData("\u0080 5", "U+0080")]
    [InlineData("Ren\uFFFD", "U+FFFD")]
    public void Parse_ControlCharacter_IsRejectedWithItsLine(string agent, string expected)
    {
        var file = DevisCsv.Parse(Header + $"D-1,1,true,,,x\nD-2,1,true,,,{agent}\n");

        file.Devis.Select(devis => devis.Number).ShouldBe(["D-1"]);
        var problem = file.Problems.ShouldHaveSingleItem();
        problem.Line.ShouldBe(3);
        problem.Reason.ShouldContain("agent_plateforme");
        problem.Reason.ShouldContain(expected);
    }

    [Theory]
    [InlineData(';', "sep=;\n")]
    [InlineData(';', "\"sep=;\"\n")]
    [InlineData(',', "SEP=,\n\n")]
    [InlineData('|', "sep=|\n")]
    [InlineData('\t', "sep=\t\n")]
    [InlineData('\t', "")]
    [InlineData(';', ";;;;;\n")]
    public void Parse_SavedByExcel_ReadsEachSeparator(char separator, string before)
    {
        var text = (Header + "D-1,1234.56,VRAI,24/11/2026,2026-12-01,Marie\n,,,,,\n , , , , ,\nD-2,5,faux,,,\nbad\n").Replace(',', separator);

        var file = DevisCsv.Parse(before + text);

        file.Devis.ShouldBe(
        [
            new ImportedDevis("D-1", "1234.56", true, new DateOnly(2026, 11, 24), new DateOnly(2026, 12, 1), "Marie"),
            new ImportedDevis("D-2", "5", false, null, null, null),
        ]);
        file.Problems.ShouldHaveSingleItem().Line.ShouldBe(6 + before.Count(letter => letter == '\n'), "as an editor counts");
    }

    [Fact]
    public void Parse_EmptyColumnsAfterTheLast_AreIgnored() =>
        DevisCsv.Parse("numero_devis;montant;statut;date_debut;date_rendu;agent_plateforme;;\nD-1;1;1;;;Marie;;\n").Devis
            .ShouldHaveSingleItem().Agent.ShouldBe("Marie");

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
    public void Parse_InvalidLines_AreReportedAndTheRestIsRead()
    {
        var file = DevisCsv.Parse(
            Header
            + "D-1,abc,maybe,2026-02-30,,x\n\ntoo,few\nD/2,1,true,,,x\nD-3,1,true,,,x\nD-3,1,true,,,again\nD-4,1,true,,,"
            + new string('x', 4_001)
            + "\n" + new string('/', 200) + ",1,true,,,x\n");

        file.Devis.Select(devis => devis.Number).ShouldBe(["D/2", "D-3"]);
        file.Problems.Select(problem => problem.Line).ShouldBe([2, 4, 7, 8, 9]);
        file.Problems[0].Reason.ShouldSatisfyAllConditions(
            reason => reason.ShouldContain("abc"),
            reason => reason.ShouldContain("maybe"),
            reason => reason.ShouldContain("2026-02-30"));
        file.Problems[2].Reason.ShouldBe("numero_devis 'D-3' is already used in line 6");
        file.Problems[3].Reason.ShouldContain("4001");
        file.Problems[4].Reason.ShouldBe("numero_devis needs 600 characters as a table key; the maximum is 512");
    }

    [Fact]
    public void Parse_QuoteInTheNumber_IsReported() =>
        DevisCsv.Parse(Header + "\"D-10,10,True,,,X").Problems.ShouldHaveSingleItem().Reason.ShouldContain("never closed");

    [Theory]
    [InlineData("11/24/2026")]
    [InlineData("4/30/2026")]
    public void Parse_OneDateWithTheMonthFirst_RefusesAllDatesWithSlashes(string monthFirst)
    {
        var file = DevisCsv.Parse(Header + $"D-1,1,true,04/12/2026,,x\nD-2,1,true,2026-12-04,,x\nD-3,1,true,,{monthFirst},x\nD-4,1,true,,,x\n");

        file.Devis.Select(devis => devis.Number).ShouldBe(["D-2", "D-4"]);
        file.Problems.Select(problem => problem.Line).ShouldBe([2, 4]);
        file.Problems.ShouldAllBe(problem => problem.Reason.Contains($"'{monthFirst}'") && problem.Reason.Contains("month first"));
    }

    [Theory]
    [InlineData("2,02611E+11")]
    [InlineData("2.02611E+11")]
    [InlineData("2E+11")]
    [InlineData("2,02611e+11")]
    public void Parse_NumberThatExcelHasShortened_IsRefused(string number)
    {
        var file = DevisCsv.Parse(Header.Replace(',', ';') + $"{number};1;true;;;x\nE-11;1;true;;;x\n2E11;1;true;;;x\n");

        file.Devis.Select(devis => devis.Number).ShouldBe(["E-11", "2E11"]);
        file.Problems.ShouldHaveSingleItem().Reason.ShouldContain("Excel has shortened it; format the column as text and export again");
    }
}
