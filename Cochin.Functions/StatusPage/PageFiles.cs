using System.Text.Json;

namespace Cochin.Functions.StatusPage;

/// <summary>The two files of the page.</summary>
internal static class PageFiles
{
    public const string Page = "index.html";
    public const string Json = "status.json";

    public static string ToJson(StatusDocument document) => JsonSerializer.Serialize(document, StatusJson.Default.StatusDocument);

    /// <summary>Writes both into a folder, which is made where it is not there.</summary>
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
