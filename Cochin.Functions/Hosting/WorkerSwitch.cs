namespace Cochin.Functions.Hosting;

/// <summary>Tells a start by the Functions host from a start by a person.</summary>
internal static class WorkerSwitch
{
    /// <summary>Whether the arguments are those that the host gives to a worker.</summary>
    public static bool IsHostStart(IEnumerable<string> args) =>
        args.Any(arg => arg.StartsWith("--functions-", StringComparison.Ordinal));
}
