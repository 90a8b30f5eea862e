using System.Globalization;
using Azure;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>What came of one intended write.</summary>
/// <param name="Detail">One word for the audit log; of a failure, what the service said.</param>
internal readonly record struct Change(ChangeOutcome Outcome, string Detail)
{
    public static Change Made(string result) => new(ChangeOutcome.Made, result);

    public static Change LeftAlone(string why) => new(ChangeOutcome.LeftAlone, why);

    public static Change Failed(string problem) => new(ChangeOutcome.Failed, problem);

    public static Change Failed(RequestFailedException refused) =>
        Failed(string.Create(CultureInfo.InvariantCulture, $"the storage answered {refused.Status}{(refused.ErrorCode is { } code ? $" ({code})" : "")}"));

    /// <summary>Whether the service answered, so that the trouble is this item's; without an answer the run is over.</summary>
    public static bool IsRefusal(RequestFailedException e) => e.Status != 0;
}
