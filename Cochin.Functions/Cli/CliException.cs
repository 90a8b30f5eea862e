namespace Cochin.Functions.Cli;

/// <summary>A command can't be carried out, for a reason that the user can fix.</summary>
/// <param name="code">Identifies the error for scripts, e.g. <c>unknown_job</c>.</param>
/// <param name="hint">What to type next.</param>
internal sealed class CliException(string code, string message, string hint, int exitCode = ExitCodes.Usage) : Exception(message)
{
    public string Code { get; } = code;

    public string Hint { get; } = hint;

    public int ExitCode { get; } = exitCode;
}
