using System.Formats.Tar;
using System.IO.Compression;

namespace Cochin.Functions.Local.Demo;

/// <summary>A blob of the demo.</summary>
/// <param name="IsLeased">Whether it has a lease.</param>
/// <param name="Missing">The number of bytes cut off at its end.</param>
internal sealed record DemoBlob(string Name, TimeSpan Age, int Size, bool IsLeased = false, int Missing = 0)
{
    /// <summary>A valid archive for a backup, otherwise zeros.</summary>
    public byte[] Content()
    {
        var content = Name.EndsWith(".zip", StringComparison.Ordinal) ? Zip() : Name.EndsWith(".gz", StringComparison.Ordinal) ? TarGz() : new byte[Size];
        return content[..^Missing];
    }

    // Not compressed, so that the archive has about the given size.
    private byte[] Zip()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("database.sql", CompressionLevel.NoCompression).Open();
            entry.Write(new byte[Size]);
        }

        return memory.ToArray();
    }

    private byte[] TarGz()
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.NoCompression, leaveOpen: true))
        {
            using var tar = new TarWriter(gzip);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "database.sql") { DataStream = new MemoryStream(new byte[Size]) });
        }

        return memory.ToArray();
    }
}
