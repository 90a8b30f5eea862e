using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cochin.Functions.StatusPage;

/// <summary>The two files of the page.</summary>
internal static class PageFiles
{
    public const string Page = "index.html";
    public const string Json = "status.json";

    public static string ToJson(StatusDocument document) => JsonSerializer.Serialize(document, StatusJson.Default.StatusDocument);

    /// <summary>Writes both files to a folder, which is created if it does not exist.</summary>
    /// <returns>The path of the page.</returns>
    public static async Task<string> WriteAsync(StatusDocument document, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, Json), ToJson(document), cancellationToken).ConfigureAwait(false);
        var page = Path.GetFullPath(Path.Combine(folder, Page));
        await File.WriteAllTextAsync(page, PageHtml.Write(document), cancellationToken).ConfigureAwait(false);
        return page;
    }
}

/// <summary>The serializer of <c>status.json</c>.</summary>
/// <remarks>
/// The default encoder makes the text safe inside a web page. Without the metadata for reading, some 600 fewer methods are compiled in each run.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext;
