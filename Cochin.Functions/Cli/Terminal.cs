using System.CommandLine;
using System.Text;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Spectre.Console;

namespace Cochin.Functions.Cli;

/// <summary>Results go to standard output, everything else to standard error. Colours and boxes are for people only.</summary>
internal sealed class Terminal
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly TextWriter output;
    private readonly TextWriter error;
    private readonly TextReader input;

    /// <summary>The program's own.</summary>
    public Terminal(bool json)
    {
        Console.OutputEncoding = Utf8;
        StandardStreams.Guard();
        (IsJson, output, error, input) = (json, Console.Out, Console.Error, Console.In);
        Out = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        Error = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        IsPlain = Console.IsOutputRedirected;
        ShowsProgress = !json && !Console.IsErrorRedirected;
        CanAsk = !json && !Console.IsInputRedirected && !Console.IsOutputRedirected && !Console.IsErrorRedirected;
    }

    /// <summary>One that nobody types at, without colours.</summary>
    /// <param name="width">Of the screen; null where there is none.</param>
    public Terminal(bool json, TextWriter output, TextWriter error, int? width = null)
    {
        (IsJson, IsPlain, this.output, this.error, input) = (json, width is null, output, error, TextReader.Null);
        Out = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output) });
        Error = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(error) });
        Out.Profile.Width = width ?? Out.Profile.Width;
    }

    /// <summary>Standard output is one JSON document.</summary>
    public bool IsJson { get; }

    /// <summary>Standard output is not read by a person at a terminal.</summary>
    public bool IsPlain { get; }

    public bool ShowsProgress { get; }

    public bool CanAsk { get; }

    /// <summary>Draws on standard output; only where it <see cref="IsPlain"/> not.</summary>
    public IAnsiConsole Out { get; }

    public IAnsiConsole Error { get; }

    /// <summary>Where help and version go.</summary>
    public InvocationConfiguration ForHelp => new() { Output = output, Error = error, EnableDefaultExceptionHandler = false };

    /// <summary>A line of the result. JSON goes as it is: in it control characters are escaped.</summary>
    public void Line(string text = "") => output.WriteLine(IsJson ? text : ForeignText.Lines(text));

    /// <summary>A piece of the result, without the end of its line.</summary>
    public void Text(string text) => output.Write(text);

    /// <summary>A line that is not part of the result.</summary>
    public void Say(string text) => error.WriteLine(ForeignText.Lines(text));

    /// <summary>A line of the result with markup for people; data in it must be escaped.</summary>
    public void Markup(string markup)
    {
        if (IsPlain)
        {
            Line(Spectre.Console.Markup.Remove(markup));
        }
        else
        {
            Out.MarkupLine(ForeignText.OneLine(markup));
        }
    }

    /// <summary>Asks a question that has to be answered with yes.</summary>
    public async Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken)
    {
        await error.WriteAsync($"{question} [y/N] ").ConfigureAwait(false);

        // A read from a terminal can't be cancelled; it is left behind when the program ends.
        var answer = await Task.Run(input.ReadLine, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
