using System.Text.Json.Serialization;

namespace Cochin.Functions.Status.Page;

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
