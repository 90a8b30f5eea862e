using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cochin.Functions.Auditing;

namespace Cochin.Functions.Cli.Json;

/// <summary>The JSON of the command line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(RunDocument[]))]
[JsonSerializable(typeof(RunsDocument))]
[JsonSerializable(typeof(JobsDocument))]
[JsonSerializable(typeof(LinesDocument))]
[JsonSerializable(typeof(VerificationDocument))]
[JsonSerializable(typeof(ChecksDocument))]
[JsonSerializable(typeof(RunExplanationDocument))]
[JsonSerializable(typeof(LockDocument))]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(BackupsDocument))]
[JsonSerializable(typeof(DownloadDocument))]
[JsonSerializable(typeof(ProtectionDocument))]
[JsonSerializable(typeof(ImportDocument))]
[JsonSerializable(typeof(DevisListDocument))]
[JsonSerializable(typeof(OperationsDocument))]
[JsonSerializable(typeof(SimulationDocument))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>Doesn't escape non-ASCII letters: the output is never embedded in a web page.</summary>
    public static CliJson Readable => field ??=
        new CliJson(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
