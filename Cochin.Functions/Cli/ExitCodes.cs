using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>The exit codes documented in the README.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Partial = 3;
    public const int LockHeld = 11;
    public const int Interrupted = 130;
    public const int Terminated = 143;

    private static readonly int[] WorstFirst = [Failed, Partial, LockHeld, Done];

    public static int Of(RunReport report) => report.Outcome switch
    {
        Outcome.Failed => Failed,
        Outcome.Partial => Partial,
        Outcome.Skipped when report.Reason == SkipReason.LockHeld => LockHeld,
        _ => Done,
    };

    public static int Worst(IEnumerable<RunReport> reports)
    {
        var codes = reports.Select(Of).ToHashSet();
        return Array.Find(WorstFirst, codes.Contains);
    }
}
