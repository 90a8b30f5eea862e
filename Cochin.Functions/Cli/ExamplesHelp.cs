using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Cochin.Functions.Cli;

/// <summary>The usual help, and below it examples to copy.</summary>
internal sealed class ExamplesHelp : SynchronousCommandLineAction
{
    private readonly HelpAction help = new() { MaxWidth = 110 };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb { Examples.Count: > 0 } verb)
        {
            var output = parseResult.InvocationConfiguration.Output;
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
