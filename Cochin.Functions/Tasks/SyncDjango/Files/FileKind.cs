using System.Formats.Tar;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>Recognizes devices, pipes and sockets. .NET reports them as empty files, and opening a pipe would wait for its writer.</summary>
internal static class FileKind
{
    /// <param name="path">A file with the size 0.</param>
    /// <exception cref="IOException">The file vanished or can't be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">The file can't be looked at.</exception>
    public static bool IsSpecial(string path)
    {
        // The only managed code that returns the type of a file writes it to the header of an archive.
        using var header = new MemoryStream();
        using (var writer = new TarWriter(header, TarEntryFormat.Pax, leaveOpen: true))
        {
            try
            {
                writer.WriteEntry(path, "file");
            }
            catch (IOException) when (File.Exists(path))
            {
                return true; // A socket, which can't be archived.
            }
        }

        header.Position = 0;
        using var reader = new TarReader(header);
        return reader.GetNextEntry()?.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile);
    }
}
