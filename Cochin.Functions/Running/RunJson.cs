using System.Text.Json.Serialization;

namespace Cochin.Functions.Running;

/// <summary>The JSON in columns of run records and in the first line of checkpoints.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(CheckpointHeader))]
internal sealed partial class RunJson : JsonSerializerContext;
