using System.Formats.Tar;
using System.IO.Compression;

namespace Cochin.Functions.Local.Demo;

/// <summary>A blob of the demo.</summary>
/// <param name="IsLeased">Another program holds a lease on it.</param>
/// <param name="Missing">How many bytes are cut off at its end.</param>
internal sealed record DemoBlob(string Name, TimeSpan Age, int Size, bool IsLeased = false, int Missing = 0)
{
    /// <summary>A backup is a real archive, whatever its size; all else is zeros.</summary>
    public byte[] Content()
    {
        var content = Name.EndsWith(".zip", StringComparison.Ordinal) ? Zip() : Name.EndsWith(".gz", StringComparison.Ordinal) ? TarGz() : new byte[Size];
        return content[..^Missing];
    }

    // Stored as it is, so that it has about the size it should.
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
