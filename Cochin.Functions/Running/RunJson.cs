using System.Text.Json.Serialization;

namespace Cochin.Functions.Running;

/// <summary>The JSON inside the columns of run records, and at the head of checkpoints.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(CheckpointHeader))]
internal sealed partial class RunJson : JsonSerializerContext;
