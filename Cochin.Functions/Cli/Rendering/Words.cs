using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>Formats outcomes for text output.</summary>
internal static class Words
{
    /// <summary>Returns an outcome as one character.</summary>
    public static char Sign(Outcome outcome) => outcome switch
    {
        Tasks.Outcome.Completed => '✓',
        Tasks.Outcome.Partial => '~',
        Tasks.Outcome.Failed => '✗',
        Tasks.Outcome.Lost => '†',
        Tasks.Outcome.Running => '…',
        _ => '·',
    };

    public static string Outcome(Outcome? outcome, SkipReason? reason) =>
        outcome is null ? "—" : reason is null ? $"{outcome}" : $"{outcome} ({reason})";
}
