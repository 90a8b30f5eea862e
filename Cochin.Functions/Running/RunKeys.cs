using System.Globalization;
using System.Security.Cryptography;

namespace Cochin.Functions.Running;

/// <summary>The keys of run records: newest first in a partition.</summary>
internal static class RunKeys
{
    /// <summary>An id that a person can read aloud: start in UTC and six random digits.</summary>
    public static string NewRunId(DateTimeOffset startedAt) =>
        startedAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture) + "-" + RandomNumberGenerator.GetHexString(6, lowercase: true);

    /// <summary>When the run of an id started, to the second; null where it is no run's id.</summary>
    public static DateTimeOffset? StartOf(string runId) =>
        DateTimeOffset.TryParseExact(runId.Split('-')[0], "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start) ? start : null;

    public static string RowKey(DateTimeOffset startedAt, string runId) => From(startedAt) + "-" + runId;

    /// <summary>All keys of runs that started before <paramref name="time"/> are greater than this.</summary>
    public static string From(DateTimeOffset time) =>
        (DateTime.MaxValue.Ticks - time.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);
}
