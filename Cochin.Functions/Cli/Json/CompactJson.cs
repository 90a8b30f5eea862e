using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli.Json;

/// <summary>The same JSON on one line, for streams.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(TaskItem))]
internal sealed partial class CompactJson : JsonSerializerContext
{
    /// <inheritdoc cref="CliJson.Readable"/>
    public static CompactJson Readable => field ??=
        new CompactJson(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
