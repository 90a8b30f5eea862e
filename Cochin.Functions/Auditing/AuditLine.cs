using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cochin.Functions.Auditing;

/// <summary>One line of the audit log: an action, its target and the result.</summary>
/// <param name="Action">A verb, e.g. <c>delete</c>, <c>mark_failed</c>, <c>register</c>.</param>
/// <param name="Target">What the action is about, e.g. <c>temp/import_7</c> or <c>backup/42</c>.</param>
/// <param name="Result"><see cref="Planned"/> before the change, then the result, e.g. <c>deleted</c>, <c>changed</c>.</param>
internal sealed record AuditLine(DateTimeOffset Time, string Run, string Job, string Action, string Target, string Result)
{
    /// <summary>The result of a line that is written before the change.</summary>
    public const string Planned = "planned";

    /// <summary>The action of a line that this program did not write. The target is the whole line.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>The state of the target before the change, in a few words; null if there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Before { get; init; }

    /// <summary>The state of the target after the change, in a few words; null if it was deleted or not changed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? After { get; init; }

    /// <summary>User, machine and process id, e.g. <c>root@srv1:4711</c>; null in lines of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Who { get; init; }

    /// <summary>Parses a line of the log. A line that this program did not write becomes <see cref="Unreadable"/>, so that it is not hidden.</summary>
    public static AuditLine Parse(string line)
    {
        try
        {
            // The serializer sets missing properties to null; lines of this program have all of them.
            return JsonSerializer.Deserialize(line, AuditJson.Default.AuditLine)
                is { Run: not null, Job: not null, Action: not null, Target: not null, Result: not null } read
                ? read
                : UnreadableLine(line);
        }
        catch (JsonException)
        {
            return UnreadableLine(line);
        }
    }

    private static AuditLine UnreadableLine(string line) => new(DateTimeOffset.MaxValue, "", "", Unreadable, line, "");
}

/// <summary>The JSON of audit lines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuditLine))]
internal sealed partial class AuditJson : JsonSerializerContext;
