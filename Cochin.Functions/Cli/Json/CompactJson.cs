using System.Text.Json.Serialization;

namespace Cochin.Functions.Cli.Json;

/// <summary>The same JSON on one line, for streams of documents.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunDocument))]
internal sealed partial class CompactJson : JsonSerializerContext;
