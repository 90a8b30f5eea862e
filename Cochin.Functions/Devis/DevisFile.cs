namespace Cochin.Functions.Devis;

/// <summary>Reads a file of quotes. The first character decides between CSV and JSON.</summary>
internal static class DevisFile
{
    /// <exception cref="DevisImportException">The file is missing, empty, not text, or has no valid header.</exception>
    public static async Task<ParsedFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var text = await ReadTextAsync(path, cancellationToken).ConfigureAwait(false);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new DevisImportException($"{Name(path)} is empty.", "Export the quotes again. The first line must contain the field names.");
        }

        return text.AsSpan().TrimStart()[0] is '[' or '{' ? DevisJson.Parse(text) : DevisCsv.Parse(text);
    }

    private static async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            return DevisText.Decode(bytes, Name(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            throw new DevisImportException($"There is no file '{path}'.", "Check the name.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DevisImportException($"'{path}' can't be read.", "Check that it is a file and that you have permission to read it.");
        }
    }

    private static string Name(string path) => $"'{Path.GetFileName(path)}'";
}

/// <summary>A file can't be imported; nothing was changed.</summary>
internal sealed class DevisImportException(string message, string hint) : Exception(message)
{
    public string Hint { get; } = hint;
}
