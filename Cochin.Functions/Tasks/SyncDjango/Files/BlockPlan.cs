using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>How a file is divided into the blocks of a blob.</summary>
/// <remarks>https://learn.microsoft.com/rest/api/storageservices/put-block-list</remarks>
internal readonly record struct BlockPlan(long FileSize)
{
    /// <summary>A blob can have this many blocks.</summary>
    public const int MaxCount = 50_000;

    private const int MinSize = 4 * 1024 * 1024;

    // As long as the ids of the storage clients: all ids in a blob must have the same length.
    private const int IdLength = 48;

    /// <summary>The size of each block but the last. A power of two, because the memory for it is one.</summary>
    public int Size { get; } = (int)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(MinSize, (FileSize + MaxCount - 1) / MaxCount));

    public int Count => (int)((FileSize + Size - 1) / Size);

    public int LengthOf(int index) => (int)Math.Min(Size, FileSize - OffsetOf(index));

    public long OffsetOf(int index) => (long)index * Size;

    /// <summary>
    /// The id of a block: its number, its length and its SHA-256. So a later run knows which blocks the storage already has, and blocks of another
    /// version of the file have other ids.
    /// </summary>
    public static string IdOf(int index, ReadOnlySpan<byte> content)
    {
        Span<byte> id = stackalloc byte[IdLength];
        BinaryPrimitives.WriteInt64BigEndian(id, index);
        BinaryPrimitives.WriteInt64BigEndian(id[sizeof(long)..], content.Length);
        SHA256.HashData(content, id[(2 * sizeof(long))..]);
        return Convert.ToBase64String(id);
    }
}
