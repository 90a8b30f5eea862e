using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// A hash table of 28 bytes an entry, some 40 with the room that it keeps free. A dictionary takes 61 to 107, and twice that while
/// it grows (docs/decisions/0011-a-table-instead-of-a-dictionary.md). This one grows by a quarter, and a thousandth of it at a time: the
/// keys, which are random, are spread over many small
/// tables of open addressing.
/// </summary>
internal sealed class BlobTable
{
    public const int EntrySize = 28;

    private const int PartBits = 10;
    private const int FirstCapacity = 8;
    private const int PieceSize = EntrySize * 32 * 1024;

    private readonly Entry[][] parts = new Entry[1 << PartBits][];
    private readonly int[] counts = new int[1 << PartBits];

    public BlobTable() => Array.Fill(parts, []);

    public long Count { get; private set; }

    /// <summary>All entries, in no order. None may be added meanwhile.</summary>
    public IEnumerable<(BlobKey Key, BlobFacts Facts)> Entries =>
        from part in parts
        from entry in part
        where entry.Facts.Known != BlobKnown.Nothing
        select (entry.Key, entry.Facts);

    /// <summary>Nothing is known of a key that was never set.</summary>
    public BlobFacts Find(BlobKey key)
    {
        var part = parts[PartOf(key)];
        return part.Length == 0 ? default : part[SlotOf(part, key)].Facts;
    }

    /// <param name="facts">Something must be known: an entry without is no entry.</param>
    public void Set(BlobKey key, BlobFacts facts)
    {
        if (facts.Known == BlobKnown.Nothing)
        {
            return;
        }

        var number = PartOf(key);
        if (counts[number] >= parts[number].Length * 4 / 5)
        {
            Grow(number);
        }

        ref var entry = ref parts[number][SlotOf(parts[number], key)];
        if (entry.Facts.Known == BlobKnown.Nothing)
        {
            counts[number]++;
            Count++;
        }

        entry = new Entry(key, facts);
    }

    /// <summary>All entries as bytes. A piece holds until the next one is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Write()
    {
        var piece = new byte[Math.Min(PieceSize, Count * EntrySize)];
        var length = 0;
        foreach (var (key, facts) in Entries)
        {
            Write(piece.AsSpan(length, EntrySize), key, facts);
            length += EntrySize;
            if (length == piece.Length)
            {
                yield return piece;
                length = 0;
            }
        }

        yield return piece.AsMemory(0, length);
    }

    /// <summary>Reads what <see cref="Write()"/> wrote.</summary>
    /// <exception cref="EndOfStreamException">It breaks off.</exception>
    public static async Task<BlobTable> ReadAsync(Stream stream, long count, CancellationToken cancellationToken)
    {
        var table = new BlobTable();
        var piece = new byte[PieceSize];
        for (var left = count; left > 0;)
        {
            var entries = (int)Math.Min(left, PieceSize / EntrySize);
            await stream.ReadExactlyAsync(piece.AsMemory(0, entries * EntrySize), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < entries; i++)
            {
                table.Set(piece.AsSpan(i * EntrySize, EntrySize));
            }

            left -= entries;
        }

        return table.Count == count ? table : throw new InvalidDataException();
    }

    private static void Write(Span<byte> bytes, BlobKey key, BlobFacts facts)
    {
        var (sizePlusOne, pageAndFlags) = facts.Raw;
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, key.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], sizePlusOne);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], pageAndFlags);
    }

    private void Set(ReadOnlySpan<byte> bytes) => Set(
        new BlobKey(BinaryPrimitives.ReadUInt128LittleEndian(bytes)),
        new BlobFacts(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..])));

    private static int PartOf(BlobKey key) => (int)((ulong)(key.Value >> 64) >> (64 - PartBits));

    /// <summary>Where the key is, or else the free slot that it would take. There always is a free one.</summary>
    private static int SlotOf(Entry[] part, BlobKey key)
    {
        // Other bits than those that chose the part, scaled to its length.
        var slot = (int)(((ulong)key.Value >> 32) * (ulong)part.Length >> 32);
        while (part[slot].Facts.Known != BlobKnown.Nothing && part[slot].Key != key)
        {
            slot = slot + 1 == part.Length ? 0 : slot + 1;
        }

        return slot;
    }

    private void Grow(int number)
    {
        var before = parts[number];
        var grown = new Entry[Math.Max(FirstCapacity, before.Length + before.Length / 4)];
        foreach (var entry in before)
        {
            if (entry.Facts.Known != BlobKnown.Nothing)
            {
                grown[SlotOf(grown, entry.Key)] = entry;
            }
        }

        parts[number] = grown;
    }

    // A UInt128 would have the entry padded to 32 bytes and more.
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly struct Entry(BlobKey key, BlobFacts facts)
    {
        private readonly ulong upper = (ulong)(key.Value >> 64);
        private readonly ulong lower = (ulong)key.Value;

        public readonly BlobFacts Facts = facts;

        public BlobKey Key => new(new UInt128(upper, lower));
    }
}
