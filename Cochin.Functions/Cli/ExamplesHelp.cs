using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Cochin.Functions.Cli;

/// <summary>The default help, followed by the counts of a run and by examples.</summary>
internal sealed class ExamplesHelp : SynchronousCommandLineAction
{
    // The longest name and one space.
    private const int Width = 18;

    private readonly HelpAction help = new() { MaxWidth = 110 };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb { Examples.Count: > 0 } verb)
        {
            var output = parseResult.InvocationConfiguration.Output;
            if (verb.Numbers.Count > 0)
            {
                output.WriteLine("Counted:");
                foreach (var number in verb.Numbers)
                {
                    output.WriteLine($"  {number.Name,-Width}{(number.IsBytes ? "bytes, " : "")}{number.Meaning}");
                }

                output.WriteLine();
            }

            output.WriteLine("Examples:");
            foreach (var example in verb.Examples)
            {
                output.WriteLine($"  ./cochin {example}");
            }

            output.WriteLine();
        }

        return code;
    }
}
