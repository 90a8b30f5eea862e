using Cochin.Functions.Cli.Rendering;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cochin.Functions.Tests.Cli.Rendering;

public sealed class TransferColumnsTests
{
    [Fact]
    public void ForBytes_Bar_ShowsSizesOnlyWhileItCountsBytes()
    {
        var bar = new ProgressTask(1, "uploading", 2 * 1024 * 1024) { Value = 1024 * 1024 };

        Render(bar).ShouldBeEmpty();

        TransferColumns.SetBytes(bar, isBytes: true);
        Render(bar).ShouldContain("1.0/2.0 M");

        TransferColumns.SetBytes(bar, isBytes: false);
        Render(bar).ShouldBeEmpty();
    }

    private static string Render(ProgressTask bar)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        foreach (var column in TransferColumns.ForBytes())
        {
            console.Write(column.Render(RenderOptions.Create(console, console.Profile.Capabilities), bar, TimeSpan.Zero));
        }

        return output.ToString();
    }
}
