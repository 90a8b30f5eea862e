using System.CommandLine;
using System.Text;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Spectre.Console;

namespace Cochin.Functions.Cli;

/// <summary>Writes results to standard output and everything else to standard error. Uses colours and boxes only on a terminal.</summary>
internal sealed class Terminal
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly TextWriter output;
    private readonly TextWriter error;
    private readonly TextReader input;

    /// <summary>The console of the process.</summary>
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

    /// <summary>A terminal without input and colours, for tests.</summary>
    /// <param name="width">Width of the screen in characters; null for a pipe.</param>
    public Terminal(bool json, TextWriter output, TextWriter error, int? width = null)
    {
        (IsJson, IsPlain, this.output, this.error, input) = (json, width is null, output, error, TextReader.Null);
        Out = WithoutColours(output);
        Error = WithoutColours(error);
        Out.Profile.Width = width ?? Out.Profile.Width;
    }

    /// <summary>Standard output is one JSON document.</summary>
    public bool IsJson { get; }

    /// <summary>Standard output is not a terminal.</summary>
    public bool IsPlain { get; }

    public bool ShowsProgress { get; }

    public bool CanAsk { get; }

    /// <summary>Draws on standard output. Use it only if <see cref="IsPlain"/> is false.</summary>
    public IAnsiConsole Out { get; }

    public IAnsiConsole Error { get; }

    /// <summary>Output of help and version.</summary>
    public InvocationConfiguration ForHelp => new() { Output = output, Error = error, EnableDefaultExceptionHandler = false };

    /// <summary>Writes a line of the result. JSON is written unchanged, because it already escapes control characters.</summary>
    public void Line(string text = "") => output.WriteLine(IsJson ? text : ForeignText.Lines(text));

    /// <summary>Writes a part of the result, without a line break.</summary>
    public void Text(string text) => output.Write(text);

    /// <summary>Writes a message line to standard error.</summary>
    public void Say(string text) => error.WriteLine(ForeignText.Lines(text));

    /// <summary>Writes a line of the result with Spectre markup; the caller escapes data in it.</summary>
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

    /// <summary>Asks a question. Returns true only if the answer is yes.</summary>
    public async Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken)
    {
        await error.WriteAsync($"{question} [y/N] ").ConfigureAwait(false);

        // A read from a terminal can't be cancelled; on cancellation it is abandoned.
        var answer = await Task.Run(input.ReadLine, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    private static IAnsiConsole WithoutColours(TextWriter writer) => AnsiConsole.Create(
        new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
}
