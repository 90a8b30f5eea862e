using System.Text.Json.Serialization;

namespace Cochin.Functions.Status.Page;

/// <summary><c>status.json</c>. Its encoder is the default one: the text can be put into a web page as it is.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext;
