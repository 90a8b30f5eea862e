using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>Outcomes as text.</summary>
internal static class Words
{
    /// <summary>An outcome as one sign, for a strip.</summary>
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
