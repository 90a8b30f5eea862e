using System.Text.Json.Serialization;

namespace Cochin.Functions.StatusPage;

/// <summary>What a job did on one day of the zone.</summary>
/// <param name="Runs">All runs that are recorded, skipped ones too.</param>
/// <param name="Failed">Those that failed or died.</param>
/// <param name="LongestMs">How long the longest run took; null where none has ended.</param>
/// <param name="Bytes">What was freed or registered; null where the job counts no such thing.</param>
internal sealed record StatusDay(DateOnly Date, DayMark Mark, int Runs, int Failed, double? LongestMs, long? Bytes);

/// <summary>A day of a job in one word. The names are written to JSON.</summary>
internal enum DayMark
{
    /// <summary>Nothing ran, and nothing had to or nobody was there to notice.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>So many runs came after it that this day was not read.</summary>
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

    /// <summary>Runs failed or died, and a later one of the day went well.</summary>
    [JsonStringEnumMemberName("recovered")]
    Recovered,

    [JsonStringEnumMemberName("missed")]
    Missed,

    [JsonStringEnumMemberName("lost")]
    Lost,

    [JsonStringEnumMemberName("failed")]
    Failed,
}
