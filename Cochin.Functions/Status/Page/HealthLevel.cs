using System.Text.Json.Serialization;

namespace Cochin.Functions.Status.Page;

/// <summary>How bad it is. The names are written to JSON.</summary>
internal enum HealthLevel
{
    [JsonStringEnumMemberName("well")]
    Well,

    /// <summary>Worth a look; nothing that is due stays undone for it.</summary>
    [JsonStringEnumMemberName("attention")]
    Attention,

    /// <summary>Work that is due is not being done.</summary>
    [JsonStringEnumMemberName("trouble")]
    Trouble,
}
