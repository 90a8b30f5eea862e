using System.Text.Json.Serialization;

namespace Cochin.Functions.Auditing;

/// <summary>The JSON of the audit log's lines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuditLine))]
internal sealed partial class AuditJson : JsonSerializerContext;
