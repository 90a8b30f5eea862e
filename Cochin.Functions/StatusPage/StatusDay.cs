using System.Text.Json.Serialization;

namespace Cochin.Functions.StatusPage;

/// <summary>The runs of a job on one day, in the time zone of the page.</summary>
/// <param name="Runs">The number of recorded runs, including skipped ones.</param>
/// <param name="Failed">The number of runs that failed or died.</param>
/// <param name="LongestMs">The duration of the longest run; null if none has ended.</param>
/// <param name="Bytes">The bytes that were freed or registered; null if the job does not count them.</param>
internal sealed record StatusDay(DateOnly Date, DayMark Mark, int Runs, int Failed, double? LongestMs, long? Bytes);

/// <summary>The overall result of a job on one day. The names are written to JSON.</summary>
internal enum DayMark
{
    /// <summary>No runs are recorded.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Not read, because the limit of rows was reached by later runs.</summary>
    [JsonStringEnumMemberName("unread")]
    Unread,

    [JsonStringEnumMemberName("skipped")]
    Skipped,

    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("completed")]
    Completed,

    [JsonStringEnumMemberName("partial")]
    Partial,

    /// <summary>Runs failed or died, but a later run on the same day succeeded.</summary>
    [JsonStringEnumMemberName("recovered")]
    Recovered,

    [JsonStringEnumMemberName("missed")]
    Missed,

    [JsonStringEnumMemberName("lost")]
    Lost,

    [JsonStringEnumMemberName("failed")]
    Failed,
}
