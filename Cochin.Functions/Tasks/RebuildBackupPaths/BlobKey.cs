using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// Stands for a blob's name in 16 bytes: half of its SHA-256, so that nobody can choose two names with one key. It is what
/// the index holds, and what the row of a registered backup is called.
/// </summary>
internal readonly record struct BlobKey(UInt128 Value)
{
    public const string RowKeyPrefix = "rebuilt-";

    /// <summary>The first key that sorts after all registered rows: '.' follows '-'.</summary>
    public const string RowKeyEnd = "rebuilt.";

    /// <summary>
    /// The row key of the blob's record, if this task makes it. The same for every run, so the service itself refuses a
    /// second one; and free of the characters that a key may not have.
    /// </summary>
    public string RowKey => RowKeyPrefix + Value.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>The key of what is known of a form of names: another than that of the name which looks like it.</summary>
    public BlobKey OfForm => new(~Value);

    /// <summary>The key of what is known of all names that are nearly this one (<see cref="BlobNameReading.NearOf"/>).</summary>
    public BlobKey OfNear => new(UInt128.RotateLeft(Value, 64));

    public static BlobKey Of(string blobName)
    {
        const int Short = 512;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> utf8 = stackalloc byte[Short];
        utf8 = Encoding.UTF8.TryGetBytes(blobName, utf8, out var length) ? utf8[..length] : Encoding.UTF8.GetBytes(blobName);
        SHA256.HashData(utf8, hash);
        return new BlobKey(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
