using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cochin.Functions.Auditing;

/// <summary>One line of the audit log: who did what to what, and what came of it.</summary>
/// <param name="Action">A verb, e.g. <c>delete</c>, <c>mark_failed</c>, <c>register</c>.</param>
/// <param name="Target">What it was done to, e.g. <c>temp/import_7</c> or <c>backup/42</c>.</param>
/// <param name="Result"><see cref="Planned"/> before the write, then what happened, e.g. <c>deleted</c>, <c>changed</c>.</param>
internal sealed record AuditLine(DateTimeOffset Time, string Run, string Job, string Action, string Target, string Result)
{
    /// <summary>The result of a line that is written before its change is made.</summary>
    public const string Planned = "planned";

    /// <summary>The action of a line that is none of ours; its target is the line as it stands.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>What the target was before, in a few words; null where the change has no before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Before { get; init; }

    /// <summary>What the target is now, in a few words; null where it is gone, or was left alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? After { get; init; }

    /// <summary>Account, machine and process, e.g. <c>root@srv1:4711</c>; null in lines of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Who { get; init; }

    /// <summary>Reads a line as it stands in the log. One that is none of ours is shown rather than hidden: somebody else wrote to the log.</summary>
    public static AuditLine Parse(string line)
    {
        try
        {
            // The serializer takes what is missing for null, and ours have it all.
            return JsonSerializer.Deserialize(line, AuditJson.Default.AuditLine) is { Run: not null, Job: not null, Action: not null, Target: not null, Result: not null } read ? read : UnreadableLine(line);
        }
        catch (JsonException)
        {
            return UnreadableLine(line);
        }
    }

    private static AuditLine UnreadableLine(string line) => new(DateTimeOffset.MaxValue, "", "", Unreadable, line, "");
}

/// <summary>The JSON of the audit log's lines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuditLine))]
internal sealed partial class AuditJson : JsonSerializerContext;
