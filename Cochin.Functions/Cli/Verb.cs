using System.CommandLine;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>A command of the program, with examples for its help.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description, params string[] examples)
        : base(name, description) => Examples = examples;

    /// <summary>Without <c>./cochin</c> before them.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>What a run counts, for the help.</summary>
    public IReadOnlyList<TaskNumber> Numbers { get; init; } = [];

    /// <summary>What to do; its result is the exit code.</summary>
    public Func<Session, CancellationToken, Task<int>>? Do { get; init; }

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
