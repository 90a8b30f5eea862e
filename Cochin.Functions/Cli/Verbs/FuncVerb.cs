namespace Cochin.Functions.Cli.Verbs;

/// <summary>Exists for the help only: the launcher handles <c>func</c> before it starts the program.</summary>
internal static class FuncVerb
{
    public static Verb Create() => new(
        "func",
        "Run the jobs under the Azure Functions host on this machine, with a storage emulator",
        "func",
        "func --port 7072    options are passed to `func start`")
    {
        Execute = (_, _) => throw new CliException("launcher_only", "'func' is a command of the launcher.", "Run ./cochin func in the checkout."),
        TreatUnmatchedTokensAsErrors = false,
    };
}
