using CsCheck;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tests.Tasks.BackupRecords;

public sealed class BlobTableTests
{
    // Few different bits, so that keys collide in one part and slot, and at the end of a part.
    private static readonly Gen<BlobKey> Keys = Gen.Select(
        Gen.OneOf(Gen.Const(0UL), Gen.Const(ulong.MaxValue), Gen.ULong[0, 3], Gen.ULong),
        Gen.OneOf(Gen.Const(0UL), Gen.Const(ulong.MaxValue), Gen.ULong[0, 40], Gen.ULong),
        (upper, lower) => new BlobKey(new UInt128(upper, lower)));

    private static readonly Gen<BlobFacts> Facts = Gen.Select(Gen.OneOf(Gen.Const(0L), Gen.Long), Gen.UInt, (size, rest) => new BlobFacts(size, rest));

    [Fact]
    public void Table_AnyHistory_AgreesWithADictionary() =>
        Gen.Select(Keys, Facts).Array[0, 400].Sample(sets =>
        {
            var table = new BlobTable();
            var expected = new Dictionary<BlobKey, BlobFacts>();
            foreach (var (key, facts) in sets)
            {
                table.Set(key, facts);
                if (facts.Flags != BlobFlags.None)
                {
                    expected[key] = facts;
                }

                table.Find(key).ShouldBe(expected.GetValueOrDefault(key));
            }

            table.Count.ShouldBe(expected.Count);
            table.Entries.ToDictionary(entry => entry.Key, entry => entry.Facts).ShouldBe(expected, ignoreOrder: true);
        });

    [Fact]
    public void Table_WrittenAndRead_IsTheSame() =>
        Gen.Select(Keys, Facts).Array[0, 300].Sample(sets =>
        {
            var table = new BlobTable();
            Array.ForEach(sets, set => table.Set(set.Item1, set.Item2));
            var bytes = Bytes(table);

            var read = BlobTable.ReadAsync(new MemoryStream(bytes), table.Count, CancellationToken.None).GetAwaiter().GetResult();

            bytes.Length.ShouldBe((int)table.Count * BlobTable.EntrySize);
            read.Entries.ShouldBe(table.Entries, ignoreOrder: true);
        });

    [Fact]
    public async Task Table_WithManyChunks_IsReadCompletely()
    {
        var table = Filled(100_000);

        var read = await BlobTable.ReadAsync(new MemoryStream(Bytes(table)), table.Count, TestContext.Current.CancellationToken);

        read.Count.ShouldBe(100_000);
        read.Entries.ToHashSet().SetEquals(table.Entries).ShouldBeTrue();
    }

    [Fact]
    public async Task Table_Truncated_IsRejected()
    {
        var table = Filled(10);

        await Should.ThrowAsync<EndOfStreamException>(
            () => BlobTable.ReadAsync(new MemoryStream(Bytes(table)[..^1]), table.Count, TestContext.Current.CancellationToken));
    }

    internal static BlobTable Filled(int count)
    {
        var table = new BlobTable();
        for (var i = 0; i < count; i++)
        {
            table.Set(BlobKey.Of($"storage/{i}.zip"), new BlobFacts(i, 1));
        }

        return table;
    }

    private static byte[] Bytes(BlobTable table)
    {
        using var bytes = new MemoryStream();
        foreach (var piece in table.Write())
        {
            bytes.Write(piece.Span);
        }

        return bytes.ToArray();
    }
}
