namespace Cochin.Functions.Cli.Verbs;

/// <summary>For the help only: the launcher does it, before the program is started.</summary>
internal static class FuncVerb
{
    public static Verb Create() => new(
        "func",
        "Run the jobs under the Azure Functions host on this machine, with a storage emulator",
        "func",
        "func --port 7072    more options go to `func start`")
    {
        Do = (_, _) => throw new CliException("launcher_only", "'func' is carried out by the launcher.", "Type ./cochin func in the checkout."),
        TreatUnmatchedTokensAsErrors = false,
    };
}
