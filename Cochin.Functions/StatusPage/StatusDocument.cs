using Cochin.Functions.Jobs;

namespace Cochin.Functions.StatusPage;

/// <summary>
/// The status at one point in time, as shown on the page and written to <c>status.json</c> (docs/storage-contract.md). Untrusted texts are cleaned
/// and truncated (<see cref="PageText"/>); all times are UTC.
/// </summary>
internal sealed record StatusDocument
{
    /// <summary>Increased when a JSON property changes its meaning or is removed.</summary>
    public int Format { get; init; } = 1;

    public required DateTime GeneratedAt { get; init; }

    /// <summary>The version of the program that created it.</summary>
    public required string Version { get; init; }

    /// <summary>The time zone of the times and days on the page.</summary>
    public required string TimeZone { get; init; }

    /// <summary>When the next update is expected at the latest; after that, no scheduler is running. Null if no job is scheduled.</summary>
    public DateTime? RenewedBy { get; init; }

    public required StatusHealth Health { get; init; }

    public required IReadOnlyList<StatusJob> Jobs { get; init; }

    public required StatusOperations Operations { get; init; }

    public required StatusChanges Changes { get; init; }
}

/// <summary>The overall health and the problems.</summary>
/// <param name="Sentence">The overall health as one sentence.</param>
/// <param name="Problems">The worst first; empty if there are none.</param>
internal sealed record StatusHealth(HealthLevel Level, string Sentence, IReadOnlyList<StatusProblem> Problems);

/// <summary>A problem.</summary>
/// <param name="Job">The name of the job; null if the problem does not concern a job.</param>
/// <param name="Text">The problem as a sentence.</param>
/// <param name="Next">The command to type next.</param>
internal sealed record StatusProblem(HealthLevel Level, string? Job, string Text, string Next);

/// <summary>The latest lines of the audit log.</summary>
/// <param name="Lines">The newest first.</param>
/// <param name="Note">Why the log could not be read; null if it was read.</param>
internal sealed record StatusChanges(IReadOnlyList<StatusChange> Lines, string? Note);

/// <summary>A line of the audit log.</summary>
/// <param name="Time">Null if the line could not be parsed.</param>
internal sealed record StatusChange(DateTime? Time, string Job, string Action, string Target, string Result, string Run);
