using System.Text.Json.Serialization;

namespace Cochin.Functions.Status.Page;

/// <summary>How a job stands, in one word. The names are written to JSON.</summary>
internal enum JobCondition
{
    [JsonStringEnumMemberName("well")]
    Well,

    /// <summary>It has never run, and need not have.</summary>
    [JsonStringEnumMemberName("new")]
    New,

    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Switched off by a person or a setting.</summary>
    [JsonStringEnumMemberName("off")]
    Off,

    /// <summary>Its last run left some items undone.</summary>
    [JsonStringEnumMemberName("partial")]
    Partial,

    /// <summary>Its last run died.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,

    /// <summary>Its last due time was found too late to be made up.</summary>
    [JsonStringEnumMemberName("missed")]
    Missed,

    /// <summary>It has nothing to work with: no webhook is set.</summary>
    [JsonStringEnumMemberName("notConfigured")]
    NotConfigured,

    /// <summary>Without success for longer than two of its periods.</summary>
    [JsonStringEnumMemberName("overdue")]
    Overdue,

    [JsonStringEnumMemberName("failing")]
    Failing,

    /// <summary>It can't be read whether it is switched on, so that it does not run.</summary>
    [JsonStringEnumMemberName("unreadable")]
    Unreadable,
}
