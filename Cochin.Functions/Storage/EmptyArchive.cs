using System.IO.Compression;

namespace Cochin.Functions.Storage;

/// <summary>Detects archives without content, such as the gzip file of an empty dump. They are not backups, even though their size isn't 0.</summary>
internal static class EmptyArchive
{
    /// <summary>The maximum size of an archive that is read to find out whether it is empty. A larger one counts as having content.</summary>
    public const int MaxBytes = 1_024;

    // An empty tar file is one record of zeros.
    private const int TarRecord = 10_240;
    private const int EmptyGzipSize = 20;
    private const int EmptyZipSize = 22;

    /// <summary>Whether the size proves that a file with this name has no content.</summary>
    public static bool HasSizeOf(string? name, long size) => size switch
    {
        0 => true,
        EmptyGzipSize => IsGzip(name),
        EmptyZipSize => EndsWith(name, ".zip"),
        _ => false,
    };

    /// <summary>Whether a file may have no content, so that it must be read to find out.</summary>
    public static bool MayBeEmpty(string name, long size) => size switch
    {
        >= EmptyGzipSize and <= MaxBytes when IsGzip(name) => true,
        >= EmptyZipSize and <= MaxBytes when EndsWith(name, ".zip") => true,
        _ => size is > 0 and <= TarRecord && EndsWith(name, ".tar"),
    };

    /// <summary>Whether a file has no content. False for a file that is not a valid archive of its type: it is damaged, not empty.</summary>
    public static bool IsEmpty(string name, byte[] content)
    {
        try
        {
            return EndsWith(name, ".zip") ? IsZip(content)
                : EndsWith(name, ".tar") ? IsZeros(new MemoryStream(content))
                : IsGzip(name) && IsGzip(content, isTar: EndsWith(name, ".tgz") || EndsWith(name, ".tar.gz"));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static bool IsZip(byte[] content)
    {
        using var zip = new ZipArchive(new MemoryStream(content));
        return zip.Entries.All(entry => entry.Length == 0);
    }

    private static bool IsGzip(byte[] content, bool isTar)
    {
        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        return isTar ? IsZeros(gzip) : gzip.ReadByte() < 0;
    }

    private static bool IsZeros(Stream stream)
    {
        var buffer = new byte[TarRecord];
        int count;
        do
        {
            count = stream.Read(buffer);
        }
        while (count > 0 && !buffer.AsSpan(0, count).ContainsAnyExcept((byte)0));

        return count == 0;
    }

    private static bool IsGzip(string? name) => EndsWith(name, ".gz") || EndsWith(name, ".tgz");

    private static bool EndsWith(string? name, string ending) => name?.EndsWith(ending, StringComparison.OrdinalIgnoreCase) is true;
}
