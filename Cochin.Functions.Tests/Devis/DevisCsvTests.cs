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
    [InlineData("1.234", "1.234")]
    [InlineData("-1.234", "-1.234")]
    [InlineData("12", "12")]
    public void Json_AmountAsANumber_HasADecimalPoint(string written, string amount) =>
        DevisJson.Parse($$"""[{"numero_devis":"D-1","montant":{{written}},"statut":true,"date_debut":null,"date_rendu":null,"agent_plateforme":null}]""")
            .Devis.ShouldHaveSingleItem().Amount.ShouldBe(amount);

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
        var devis = DevisCsv.Parse("numero_devis;montant;statut;date_debut;date_rendu;agent_plateforme\r\nD-1;1 234,50;FALSE;;;é\r\n").Devis
            .ShouldHaveSingleItem();

        devis.Amount.ShouldBe("1234.50");
        devis.Active.ShouldBeFalse();
    }

    [Fact]
    public void Parse_InvalidLines_AreReportedAndTheRestIsRead()
    {
        var file = DevisCsv.Parse(
            Header
            + "D-1,abc,maybe,2026-02-30,,x\n\ntoo,few\nD/2,1,true,,,x\nD-3,1,true,,,x\nD-3,1,true,,,again\nD-4,1,true,,,"
            + new string('x', 4_001));

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
    public void Parse_QuoteInTheNumber_IsReported() =>
        DevisCsv.Parse(Header + "\"D-10,10,True,,,X").Problems.ShouldHaveSingleItem().Reason.ShouldContain("never closed");

    [Theory]
    [InlineData("a,b,c\n", "'a'")]
    [InlineData("numero_devis,montant,statut,date_debut,date_rendu\n", "agent_plateforme")]
    [InlineData("numero_devis,numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme\n", "twice")]
    public void Parse_AnotherHeader_IsRejected(string text, string expected) =>
        Should.Throw<DevisImportException>(() => DevisCsv.Parse(text)).Message.ShouldContain(expected);

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

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[{\"unknown\":1}]")]
    [InlineData("[{")]
    [InlineData("""[{"numero_devis":"\ud800"}]""")]
    [InlineData("""[{"\ud800":1}]""")]
    public void Json_OfAnotherForm_IsRejected(string text) => Should.Throw<DevisImportException>(() => DevisJson.Parse(text));

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
