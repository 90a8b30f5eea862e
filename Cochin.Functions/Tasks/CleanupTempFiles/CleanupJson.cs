using System.Text.Json.Serialization;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>The form of the clean-up's checkpoint.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CleanupState))]
internal sealed partial class CleanupJson : JsonSerializerContext;
