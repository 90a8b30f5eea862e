using System.CommandLine;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>A command, with examples for its help.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description, params string[] examples)
        : base(name, description) => Examples = examples;

    /// <summary>Examples for the help, without <c>./cochin</c>.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>The counts of a run, for the help.</summary>
    public IReadOnlyList<TaskNumber> Numbers { get; init; } = [];

    /// <summary>Executes the command and returns its exit code; null if it only has subcommands.</summary>
    public Func<Session, CancellationToken, Task<int>>? Execute { get; init; }

    public Verb With(params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Option option:
                    Add(option);
                    break;
                case Argument argument:
                    Add(argument);
                    break;
                case Command command:
                    Add(command);
                    break;
            }
        }

        return this;
    }
}
