using System.IO.Compression;

namespace Cochin.Functions.Storage;

/// <summary>Recognizes archives without content, such as the gzip file of an empty dump. They are not backups, although they have some bytes.</summary>
internal static class EmptyArchive
{
    /// <summary>A larger archive has content, or a name or comment too long to be worth reading it.</summary>
    public const int MaxBytes = 1_024;

    // tar fills its last record with zeros.
    private const int TarRecord = 10_240;
    private const int EmptyGzipSize = 20;
    private const int EmptyZipSize = 22;

    /// <summary>Whether the size alone proves that a file of this name has no content.</summary>
    public static bool HasSizeOf(string? name, long size) => size switch
    {
        0 => true,
        EmptyGzipSize => IsGzip(name),
        EmptyZipSize => EndsWith(name, ".zip"),
        _ => false,
    };

    /// <summary>Whether a file may have no content, so that reading it is worthwhile.</summary>
    public static bool MayBe(string name, long size) => size switch
    {
        >= EmptyGzipSize and <= MaxBytes when IsGzip(name) => true,
        >= EmptyZipSize and <= MaxBytes when EndsWith(name, ".zip") => true,
        _ => size is > 0 and <= TarRecord && EndsWith(name, ".tar"),
    };

    /// <summary>Whether a file has no content. One that can't be read as an archive of its ending is damaged, not empty.</summary>
    public static bool Is(string name, byte[] content)
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
