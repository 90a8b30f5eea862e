using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using Cochin.Functions.Cli.Verbs;
using Cochin.Functions.Hosting;
using Cochin.Functions.Storage;
using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>The <c>cochin</c> command: parses the arguments, executes the verb, and maps every error to a message and an exit code.</summary>
internal static class CommandLine
{
    /// <param name="demo">Makes the verb <c>demo</c>, which is not part of the command line itself.</param>
    public static Task<int> RunAsync(string[] args, Func<Verb> demo) => RunAsync(args, new Terminal(IsJson(args)), demo);

    public static bool IsJson(string[] args) => args.Contains(SharedOptions.Json.Name);

    internal static async Task<int> RunAsync(string[] args, Terminal terminal, Func<Verb> demo)
    {
        try
        {
            return await ParseAndExecuteAsync(args, terminal, demo).ConfigureAwait(false);
        }
        catch (OutputException e)
        {
            return ErrorView.WriteOutputFailed(terminal, e);
        }
    }

    private static async Task<int> ParseAndExecuteAsync(string[] args, Terminal terminal, Func<Verb> demo)
    {
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;

        var parsed = Root(demo()).Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is not null and not ParseErrorAction)
        {
            return await parsed.InvokeAsync(terminal.ForHelp).ConfigureAwait(false);
        }

        if (UsageError.Find(parsed) is { } usage)
        {
            return ErrorView.Write(terminal, usage);
        }

        return await ExecuteAsync((Verb)parsed.CommandResult.Command, parsed, terminal).ConfigureAwait(false);
    }

    private static async Task<int> ExecuteAsync(Verb verb, ParseResult parsed, Terminal terminal)
    {
        using var interruption = new Interruption();
        try
        {
            var session = new Session(parsed, terminal);
            await using (session.ConfigureAwait(false))
            {
                return Final(await verb.Execute!(session, interruption.Token).ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (interruption.ExitCode is { } code)
        {
            terminal.Say("Interrupted.");
            return code;
        }
        catch (CliException e)
        {
            return ErrorView.Write(terminal, e);
        }
        catch (SettingsException e)
        {
            return ErrorView.Write(terminal, e);
        }
        catch (AzuriteException e)
        {
            return ErrorView.Write(terminal, new CliException("no_storage", e.Message, e.Hint, ExitCodes.Failed));
        }
        catch (Exception e) when (e is not OutputException)
        {
            return ErrorView.Write(
                terminal,
                StorageProblem.Explain(e) is { } problem
                    ? new CliException("storage", problem.Message, problem.Hint, ExitCodes.Failed)
                    : new CliException(
                        "unexpected",
                        $"An unexpected error occurred ({e.GetType().Name}: {e.Message}).",
                        "Report it, together with the command.",
                        ExitCodes.Failed));
        }

        // After a signal the exit code is that of the signal, whatever the verb returns; except for `serve`, which is meant to be stopped.
        int Final(int code) => interruption.ExitCode is { } signal && verb.Name != ServeVerb.Name ? signal : code;
    }

    private static Verb Root(Verb demo)
    {
        var root = new Verb(
            "cochin",
            "Maintenance for Cochin: quote alerts, temporary files, stuck operations, backup records.",
            "demo                 see everything at work",
            "status               last and next run of each job",
            "run all --dry-run    what the jobs would do now");
        root.With(
            new HelpOption { Action = new ExamplesHelp() },
            new VersionOption(),
            SharedOptions.Json,
            SharedOptions.Set,
            ShowVerb.Create(),
            StatusVerb.Create(),
            ReportVerb.Create(),
            RunVerb.Create(),
            TestVerb.Create(),
            HistoryVerb.Create(),
            SimulateVerb.Create(),
            ExplainVerb.Create(),
            LogsVerb.Create(),
            AddVerb.Create(),
            RemoveVerb.Create(),
            ServeVerb.Create(),
            FuncVerb.Create(),
            demo,
            DoctorVerb.Create(),
            UnlockVerb.Create());
        root.With([.. TaskCatalog.All.Select(TaskVerb.Create)]);
        return root.With(
            BackupsVerb.Create(),
            DevisVerb.Create(),
            OperationsVerb.Create());
    }
}
