using System.Globalization;
using Azure;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>The outcome of one planned change.</summary>
/// <param name="Detail">One word for the audit log; for a failure, the error.</param>
internal readonly record struct Change(ChangeOutcome Outcome, string Detail)
{
    public static Change Applied(string result) => new(ChangeOutcome.Applied, result);

    public static Change Skipped(string reason) => new(ChangeOutcome.Skipped, reason);

    public static Change Failed(string problem) => new(ChangeOutcome.Failed, problem);

    public static Change Failed(RequestFailedException refused) =>
        Failed(string.Create(CultureInfo.InvariantCulture, $"the storage answered {refused.Status}{(refused.ErrorCode is { } code ? $" ({code})" : "")}"));

    /// <summary>Whether the service answered, so that the error is limited to this item. Without an answer, the run fails.</summary>
    public static bool IsRefusal(RequestFailedException e) => e.Status != 0;
}

internal enum ChangeOutcome
{
    Applied,

    /// <summary>The item has changed since it was planned, or needs no change.</summary>
    Skipped,

    /// <summary>The service returned an error.</summary>
    Failed,
}
