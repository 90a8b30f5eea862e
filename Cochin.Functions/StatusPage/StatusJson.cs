using System.Text.Json.Serialization;

namespace Cochin.Functions.StatusPage;

/// <summary>
/// <c>status.json</c>. Its encoder is the default one: the text can be put into a web page as it is. It is only ever
/// written, so it goes without the metadata for reading, which would have some 600 methods compiled in each run.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext;
