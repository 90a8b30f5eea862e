using System.Globalization;
using System.Security.Cryptography;

namespace Cochin.Functions.Jobs;

/// <summary>The keys of run records, which sort newest first within a partition.</summary>
internal static class RunKeys
{
    /// <summary>A readable id: the start time in UTC and six random hex digits.</summary>
    public static string NewRunId(DateTimeOffset startedAt) =>
        startedAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture) + "-" + RandomNumberGenerator.GetHexString(6, lowercase: true);

    /// <summary>The start time in a run id, to the second; null if it is not a run id.</summary>
    public static DateTimeOffset? StartOf(string runId) =>
        DateTimeOffset.TryParseExact(runId.Split('-')[0], "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
            ? start
            : null;

    public static string RowKey(DateTimeOffset startedAt, string runId) => From(startedAt) + "-" + runId;

    /// <summary>The boundary of a time: the keys of all runs that started earlier are greater.</summary>
    public static string From(DateTimeOffset time) =>
        (DateTime.MaxValue.Ticks - time.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);
}
