using System.CommandLine;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli.Verbs;

/// <summary>Creates the verb of a task from its description.</summary>
internal static class TaskVerb
{
    public static Verb Create(TaskDescription task)
    {
        var symbols = task.Options.ToDictionary(option => option, option => Symbol(task, option));
        var verbose = task.Verbose is { } what ? new Option<bool>("--verbose") { Description = what } : null;
        var verb = new Verb(task.Name, task.Summary, [.. task.Examples])
        {
            Numbers = [.. task.Counts, .. task.Bytes],
            Execute = async (session, cancellationToken) =>
            {
                var typed = symbols.Where(symbol => session.Has(symbol.Value)).ToDictionary(symbol => symbol.Key, symbol => Text(session, symbol.Value));
                var options = Read(session, task, typed);
                var consents = task.Confirmations.ToList();
                var isGiven = consents.Count == 0 || consents.Exists(consent => typed.TryGetValue(consent, out var text) && bool.Parse(text));
                if (!await Confirmation.AskAsync(session, isGiven, options, Flags(task), cancellationToken).ConfigureAwait(false))
                {
                    return ExitCodes.Done;
                }

                var runner = await session.GetAsync<JobRunner>(cancellationToken).ConfigureAwait(false);
                var console = new RunConsole(session, verbose is not null && session.Value(verbose));
                return await console.OneAsync(observer => runner.RunTaskAsync(options, observer, cancellationToken)).ConfigureAwait(false);
            },
        };
        verb.With([.. symbols.Values]);
        return verbose is null ? verb : verb.With(verbose);
    }

    private static TaskOptions Read(Session session, TaskDescription task, Dictionary<Parameter, string> typed)
    {
        if (TaskDescription.FindConflict(typed.Keys) is var (first, second))
        {
            throw new CliException("usage", $"--{first.Name} and --{second.Name} can't be combined.", "Give one of them.");
        }

        var options = typed.Aggregate(task.Defaults, (options, one) => one.Key.Read(options, one.Value, out _));
        foreach (var option in typed.Keys.Where(option => option.Check is not null))
        {
            if (option.Check!(options, session.Settings.Tasks) is { } problem)
            {
                throw new CliException("usage", $"--{option.Name}: {problem}", option.Hint);
            }
        }

        return task.CanRun(options, session.Settings.Tasks)
            ? task.Complete(options, typed.Keys.Select(option => option.Name).ToHashSet())
            : throw new CliException("usage", task.Requirement!.Problem, task.Requirement.Hint);
    }

    private static Option Symbol(TaskDescription task, Parameter option)
    {
        var name = $"--{option.Name}";
        if (option.IsFlag)
        {
            return new Option<bool>(name) { Description = option.Help };
        }

        return new Option<string?>(name)
        {
            Description = option.Default is { } fallback ? $"{option.Help} ({fallback})" : option.Help,
            HelpName = option.Placeholder,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                option.Read(task.Defaults, text, out var problem);
                if (problem is not null)
                {
                    result.AddError($"{name}: {problem} {option.Hint}");
                }

                return text;
            },
        };
    }

    private static string Text(Session session, Option option) => option switch
    {
        Option<bool> flag => session.Value(flag) ? bool.TrueString : bool.FalseString,
        _ => session.Value((Option<string?>)option)!,
    };

    private static string Flags(TaskDescription task) =>
        string.Join(", ", task.Confirmations.Concat(task.Options.Where(option => option.Use == ParameterUse.DryRun)).Select(option => $"--{option.Name}"));
}
