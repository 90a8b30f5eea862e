using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>
/// A hash table with 28 bytes per entry, about 40 with its free slots. A dictionary needs 61 to 107, and twice that while it grows
/// (docs/decisions/0011-a-table-instead-of-a-dictionary.md). The random keys are spread over 1,024 small tables with open addressing, and each
/// of these grows by a quarter when it is full.
/// </summary>
internal sealed class BlobTable
{
    public const int EntrySize = 28;

    private const int PartBits = 10;
    private const int FirstCapacity = 8;
    private const int ChunkSize = EntrySize * 32 * 1024;

    private readonly Entry[][] parts = new Entry[1 << PartBits][];
    private readonly int[] counts = new int[1 << PartBits];

    public BlobTable() => Array.Fill(parts, []);

    public long Count { get; private set; }

    /// <summary>All entries, in no particular order. Do not add entries during the enumeration.</summary>
    public IEnumerable<(BlobKey Key, BlobFacts Facts)> Entries =>
        from part in parts
        from entry in part
        where entry.Facts.Flags != BlobFlags.None
        select (entry.Key, entry.Facts);

    /// <summary>Returns the facts of a key; empty facts if it was never set.</summary>
    public BlobFacts Find(BlobKey key)
    {
        var part = parts[PartOf(key)];
        return part.Length == 0 ? default : part[SlotOf(part, key)].Facts;
    }

    /// <param name="facts">Empty facts are ignored, because they mark a free slot.</param>
    public void Set(BlobKey key, BlobFacts facts)
    {
        if (facts.Flags == BlobFlags.None)
        {
            return;
        }

        var number = PartOf(key);
        if (counts[number] >= parts[number].Length * 4 / 5)
        {
            Grow(number);
        }

        ref var entry = ref parts[number][SlotOf(parts[number], key)];
        if (entry.Facts.Flags == BlobFlags.None)
        {
            counts[number]++;
            Count++;
        }

        entry = new Entry(key, facts);
    }

    /// <summary>Returns all entries as bytes. A chunk is valid until the next one is requested.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Write()
    {
        var chunk = new byte[Math.Min(ChunkSize, Count * EntrySize)];
        var length = 0;
        foreach (var (key, facts) in Entries)
        {
            Write(chunk.AsSpan(length, EntrySize), key, facts);
            length += EntrySize;
            if (length == chunk.Length)
            {
                yield return chunk;
                length = 0;
            }
        }

        yield return chunk.AsMemory(0, length);
    }

    /// <summary>Reads the bytes of <see cref="Write()"/>.</summary>
    /// <exception cref="EndOfStreamException">The stream is truncated.</exception>
    public static async Task<BlobTable> ReadAsync(Stream stream, long count, CancellationToken cancellationToken)
    {
        var table = new BlobTable();
        var chunk = new byte[ChunkSize];
        for (var left = count; left > 0;)
        {
            var entries = (int)Math.Min(left, ChunkSize / EntrySize);
            await stream.ReadExactlyAsync(chunk.AsMemory(0, entries * EntrySize), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < entries; i++)
            {
                table.Set(chunk.AsSpan(i * EntrySize, EntrySize));
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

    /// <summary>Returns the slot of the key, or the free slot for it. There is always a free slot.</summary>
    private static int SlotOf(Entry[] part, BlobKey key)
    {
        // Uses other bits than PartOf, scaled to the length of the part.
        var slot = (int)(((ulong)key.Value >> 32) * (ulong)part.Length >> 32);
        while (part[slot].Facts.Flags != BlobFlags.None && part[slot].Key != key)
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
            if (entry.Facts.Flags != BlobFlags.None)
            {
                grown[SlotOf(grown, entry.Key)] = entry;
            }
        }

        parts[number] = grown;
    }

    // With a UInt128 field, the entry would be padded to at least 32 bytes.
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly struct Entry(BlobKey key, BlobFacts facts)
    {
        private readonly ulong upper = (ulong)(key.Value >> 64);
        private readonly ulong lower = (ulong)key.Value;

        public readonly BlobFacts Facts = facts;

        public BlobKey Key => new(new UInt128(upper, lower));
    }
}
