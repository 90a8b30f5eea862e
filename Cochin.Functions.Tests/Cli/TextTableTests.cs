using Cochin.Functions.Cli;
using Cochin.Functions.Cli.Rendering;

namespace Cochin.Functions.Tests.Cli;

public sealed class TextTableTests
{
    private static readonly string[] Names = ["cleanup_temp_files_weekend", "Sat 2026-11-28 01:00", "Completed"];

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(140)]
    public void Write_OnAScreen_NeverWrapsNamesAndTimes(int width)
    {
        var screen = Write(width, "failed 3 times");

        Names.ShouldAllBe(name => screen.Contains(name, StringComparison.Ordinal));
        screen.Split('\n').ShouldAllBe(line => line.TrimEnd().Length <= width);
    }

    [Fact]
    public void Write_WiderThanTheScreen_StacksRowsWithoutTheirEmptyCells()
    {
        var screen = Write(40, "");

        screen.ShouldStartWith("cleanup_temp_files_weekend\n  next run  Sat 2026-11-28 01:00\n");
        screen.ShouldNotContain("note");
    }

    [Fact]
    public void Write_OneLongCell_WrapsOnlyThatCell()
    {
        var screen = Write(120, string.Join(' ', Enumerable.Repeat("reason", 40)));

        screen.ShouldContain("│ cleanup_temp_files_weekend │ Sat 2026-11-28 01:00 │ Completed │");
        screen.Split('\n').ShouldAllBe(line => line.Length <= 120);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(40)]
    [InlineData(140)]
    public void Write_CellsWithControlCharacters_AreShownWithoutThem(int? width) =>
        Write(width, "\e[31mred\a\u009b2J\u202Etxt\r\n[bold]x[/]").ShouldSatisfyAllConditions(
            screen => screen.Any(letter => char.IsControl(letter) && letter != '\n').ShouldBeFalse(),
            screen => screen.ShouldNotContain('\u202E'),
            screen => screen.ShouldContain("[bold]"));

    private static string Write(int? width, string note)
    {
        var output = new StringWriter();
        var table = new TextTable("job", "next run", "outcome", "note");
        table.Add([.. Names, note]);

        table.Write(new Terminal(json: false, output, TextWriter.Null, width));

        return output.ToString().ReplaceLineEndings("\n");
    }
}
