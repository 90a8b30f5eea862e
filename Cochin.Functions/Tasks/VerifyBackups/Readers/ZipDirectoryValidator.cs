using System.Buffers.Binary;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>Validates the directory and the end record, which follow the entries of a zip file.</summary>
internal sealed class ZipDirectoryValidator(ForwardReader reader)
{
    /// <summary>Validates that the directory has the given entries, that the end record matches it, and that nothing follows.</summary>
    /// <param name="entries">The entries in the order of their data.</param>
    /// <exception cref="DamagedException">The directory or the end record is damaged.</exception>
    public async ValueTask ValidateAsync(List<ZipEntry> entries, CancellationToken cancellationToken)
    {
        var at = reader.Position;
        var lines = 0;
        while (await SignatureAsync(reader, cancellationToken).ConfigureAwait(false) == ZipEntry.DirectorySignature)
        {
            var line = await ZipEntry.ReadDirectoryAsync(reader, cancellationToken).ConfigureAwait(false);
            var entry = entries.BinarySearch(line, Comparer<ZipEntry>.Create((one, other) => one.At.CompareTo(other.At)));
            if (entry < 0 || entries[entry] with { Flags = line.Flags } != line)
            {
                throw Differs(line);
            }

            lines++;
        }

        var found = new ZipDirectory(lines, reader.Position - at, at);
        await ValidateEndAsync(found, cancellationToken).ConfigureAwait(false);
        if (lines != entries.Count)
        {
            throw new DamagedException($"has {entries.Count} zip entries, but {lines} in its directory");
        }
    }

    /// <summary>The next signature, which stays unread; 0 at the end of the file.</summary>
    public static async ValueTask<uint> SignatureAsync(ForwardReader reader, CancellationToken cancellationToken) =>
        await reader.PeekAsync(sizeof(uint), cancellationToken).ConfigureAwait(false) ? BinaryPrimitives.ReadUInt32LittleEndian(reader.Next(sizeof(uint))) : 0;

    /// <summary>The error of an entry that is not the same in the directory.</summary>
    public static DamagedException Differs(ZipEntry entry) => new($"has a zip directory that does not match the entry at byte {entry.At}");

    private async ValueTask ValidateEndAsync(ZipDirectory found, CancellationToken cancellationToken)
    {
        const string What = "the end record of its zip";
        var isLarge = await SignatureAsync(reader, cancellationToken).ConfigureAwait(false) == ZipDirectory.LargeEndSignature;
        if (isLarge)
        {
            await reader.EnsureAsync(ZipDirectory.LargeEndSize + ZipDirectory.LocatorSize, What, cancellationToken).ConfigureAwait(false);
            if (ZipDirectory.FromLargeEnd(reader.Next(ZipDirectory.LargeEndSize)) != found)
            {
                throw Wrong();
            }

            reader.Advance(ZipDirectory.LargeEndSize + ZipDirectory.LocatorSize);
        }

        if (await SignatureAsync(reader, cancellationToken).ConfigureAwait(false) != ZipDirectory.EndSignature)
        {
            throw new DamagedException($"has neither a zip entry nor an end record at byte {reader.Position}, so it is cut off or not a zip");
        }

        await reader.EnsureAsync(ZipDirectory.EndSize, What, cancellationToken).ConfigureAwait(false);
        var stated = ZipDirectory.FromEnd(reader.Next(ZipDirectory.EndSize));
        if (isLarge ? !stated.IsLarge && stated != found : stated != found)
        {
            throw Wrong();
        }

        var comment = BinaryPrimitives.ReadUInt16LittleEndian(reader.Next(ZipDirectory.EndSize)[^2..]);
        await reader.SkipAsync(ZipDirectory.EndSize + comment, What, cancellationToken).ConfigureAwait(false);
        if (await reader.PeekAsync(1, cancellationToken).ConfigureAwait(false))
        {
            throw new DamagedException("has other data after the end of its zip");
        }

        static DamagedException Wrong() => new("has a zip directory that does not match the end record");
    }
}
