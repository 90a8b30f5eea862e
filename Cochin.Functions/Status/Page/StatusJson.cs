using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cochin.Functions.Status.Page;

/// <summary><c>status.json</c>. Its encoder is the default one: the text can be put into a web page as it is.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext
{
    public static StatusJson Indented => field ??= new StatusJson(new JsonSerializerOptions(Default.Options) { WriteIndented = true });
}
