using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>
/// A blob name as 16 bytes: the first half of its SHA-256, so that collisions can't be constructed. It is the key in the index, and the row
/// key of a registered backup.
/// </summary>
internal readonly record struct BlobKey(UInt128 Value)
{
    public const string RowKeyPrefix = "rebuilt-";

    /// <summary>The first key that sorts after all registered rows: '.' follows '-'.</summary>
    public const string RowKeyEnd = "rebuilt.";

    /// <summary>
    /// The row key of the blob's record if this task creates it. It is the same in every run, so that the service rejects a duplicate, and has
    /// only valid characters.
    /// </summary>
    public string RowKey => RowKeyPrefix + Value.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>The key for the facts about a canonical form, distinct from the key of the name that is equal to it.</summary>
    public BlobKey OfForm => new(~Value);

    /// <summary>The key for the facts about all names with this loose form (<see cref="BlobNameReading.LooseForm"/>).</summary>
    public BlobKey OfLooseForm => new(UInt128.RotateLeft(Value, 64));

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
