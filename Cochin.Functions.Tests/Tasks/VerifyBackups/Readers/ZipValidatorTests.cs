using System.IO.Compression;
using Cochin.Functions.Tasks.VerifyBackups.Readers;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups.Readers;

public sealed class ZipValidatorTests
{
    private static readonly (string, byte[])[] Files =
        [("metadata.json", "{}"u8.ToArray()), ("database.sql", TestData.Text), ("files/é.bin", TestData.Noise(70_000)), ("files/empty", [])];

    [Theory]
    [InlineData(CompressionLevel.Optimal, true)]
    [InlineData(CompressionLevel.NoCompression, true)]
    [InlineData(CompressionLevel.Optimal, false)]
    [InlineData(CompressionLevel.NoCompression, false)]
    public async Task Zip_Sound_IsValidatedAsStructure(CompressionLevel level, bool seekable) =>
        (await TestData.TestAsync("a.zip", TestData.Zip(level, seekable, Files))).ShouldBe(new StructureResult(VerifiedLevel.Structure));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Zip_ReadForward_IsSound(bool seekable)
    {
        var zip = TestData.Zip(CompressionLevel.Optimal, seekable, Files);

        await ZipValidator.ValidateForwardAsync(new MemoryStream(zip), [ZipEntry.HashOf("database.sql"u8)], TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Zip_ReadForwardWithoutAnExpectedEntry_IsDamaged()
    {
        var zip = TestData.Zip(Files);

        var damage = await Should.ThrowAsync<DamagedException>(
            () => ZipValidator.ValidateForwardAsync(new MemoryStream(zip), [ZipEntry.HashOf("other"u8)], TestContext.Current.CancellationToken));

        damage.Message.ShouldContain("database.sql");
    }

    /// <summary>Changes each byte of a small zip except those that can't be validated: times, attributes and versions.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Zip_WithAnyByteOfItsDataChanged_IsDamaged(bool forward)
    {
        var zip = TestData.Zip(CompressionLevel.NoCompression, seekable: true, ("database.sql", TestData.Noise(64)));
        var data = zip.AsSpan().IndexOf(TestData.Noise(64));

        for (var at = data; at < data + 64; at++)
        {
            (await DamageAsync(zip.With(at, 1), forward)).ShouldNotBeNull($"byte {at}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Zip_CutOffAnywhere_IsDamaged(bool forward)
    {
        var zip = TestData.Zip(("database.sql", TestData.Noise(200)));

        for (var length = 0; length < zip.Length; length++)
        {
            (await DamageAsync(zip[..length], forward)).ShouldNotBeNull($"{length} bytes");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Zip_WithDataAfterItsEnd_IsDamaged(bool forward) =>
        (await DamageAsync([.. TestData.Zip(("database.sql", TestData.Text)), 1, 2, 3], forward)).ShouldBe("has other data after the end of its zip");

    [Fact]
    public async Task Zip_WithDataBeforeItsStart_IsSound() =>
        (await TestData.TestAsync("a.zip", [.. "#!/bin/sh unzip me"u8, .. TestData.Zip(Files)])).Damage.ShouldBeNull();

    [Fact]
    public async Task Zip_WithAComment_IsSound()
    {
        var zip = TestData.Zip(Files);
        byte[] commented = [.. zip[..^2], 5, 0, .. "hello"u8];

        (await TestData.TestAsync("a.ZIP", commented)).Damage.ShouldBeNull();
        (await DamageAsync(commented, forward: true)).ShouldBeNull();
    }

    /// <summary>Python writes such files from 2 GiB: <c>ZIP64_LIMIT</c> in its <c>zipfile</c>.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Zip_WithAZip64RecordAndExactValuesInItsEndRecord_IsSound(bool forward) =>
        (await DamageAsync(WithZip64Record(TestData.Zip(Files)), forward)).ShouldBeNull();

    [Fact]
    public async Task Zip_WithAZip64RecordAndDataBeforeItsStart_IsSound() =>
        (await DamageAsync([.. "#!/bin/sh unzip me"u8, .. WithZip64Record(TestData.Zip(Files))], forward: false)).ShouldBeNull();

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(48)]
    public async Task Zip_WithADamagedZip64Record_IsDamaged(int at)
    {
        var zip = WithZip64Record(TestData.Zip(Files));

        (await DamageAsync(zip.With(zip.Length - ZipDirectory.EndSize - ZipDirectory.LocatorSize - ZipDirectory.LargeEndSize + at, 1), forward: false))
            .ShouldNotBeNull();
    }

    /// <summary>The comment of the last entry, which lies just before the end record, ends with what looks like a locator.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Zip_WithACommentLikeAZip64Record_IsSound(bool withRecord)
    {
        var zip = TestData.Zip(Files);
        var record = Zip64Record(zip, entries: 7);
        byte[] comment = withRecord ? record : record[^ZipDirectory.LocatorSize..];
        var last = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        byte[] end = [.. zip[^ZipDirectory.EndSize..]];
        BitConverter.TryWriteBytes(end.AsSpan(12), BitConverter.ToUInt32(end, 12) + (uint)comment.Length);
        zip[last + 32] = (byte)comment.Length;

        (await DamageAsync([.. zip[..^ZipDirectory.EndSize], .. comment, .. end], forward: false)).ShouldBeNull();
    }

    [Fact]
    public async Task Zip_WithAPassword_IsNotDamaged()
    {
        // Only the flag is set; with encryption, the CRC does not match the data.
        var zip = TestData.Zip(CompressionLevel.NoCompression, seekable: true, ("a", TestData.Noise(50)));
        var directory = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);

        var result = await TestData.TestAsync("a.zip", zip.With(6, 1).With(directory + 8, 1).With(60, 1));

        (result.Level, result.Damage).ShouldBe((VerifiedLevel.Checksum, null));
        result.Untested!.ShouldContain("password");
    }

    [Fact]
    public async Task Zip_OfZeros_IsDamaged() => (await TestData.TestAsync("a.zip", new byte[100_000])).Damage.ShouldNotBeNull();

    [Fact]
    public async Task Zip_WithEntriesThatShareData_IsDamaged()
    {
        // A zip bomb: two directory entries refer to the same data.
        var zip = TestData.Zip(("a", new byte[5_000]));
        var directory = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        var line = zip[directory..^ZipDirectory.EndSize];
        byte[] end = [.. zip[^ZipDirectory.EndSize..]];
        (end[8], end[10], end[12]) = (2, 2, (byte)(2 * line.Length));

        (await TestData.TestAsync("a.zip", [.. zip[..directory], .. line, .. line, .. end])).Damage!.ShouldContain("overlap");
    }

    [Fact]
    public async Task Zip_ThatDecompressesToMoreThanStated_IsStopped()
    {
        var zip = TestData.Zip(("a", new byte[50_000_000]));
        var directory = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(zip.AsSpan(22), 10);
        BitConverter.TryWriteBytes(zip.AsSpan(directory + 24), 10);

        (await TestData.TestAsync("a.zip", zip)).Damage!.ShouldContain("wrong CRC or length");
    }

    private static byte[] WithZip64Record(byte[] zip) =>
        [.. zip[..^ZipDirectory.EndSize], .. Zip64Record(zip, BitConverter.ToUInt16(zip, zip.Length - 12)), .. zip[^ZipDirectory.EndSize..]];

    /// <summary>The zip64 end record and its locator.</summary>
    private static byte[] Zip64Record(byte[] zip, long entries)
    {
        var end = zip.Length - ZipDirectory.EndSize;
        using var record = new MemoryStream();
        using var writer = new BinaryWriter(record);
        writer.Write(ZipDirectory.LargeEndSignature);
        writer.Write(ZipDirectory.LargeEndSize - 12L);
        writer.Write(new byte[12]);
        writer.Write(entries);
        writer.Write(entries);
        writer.Write((long)BitConverter.ToUInt32(zip, end + 12));
        writer.Write((long)BitConverter.ToUInt32(zip, end + 16));
        writer.Write(ZipDirectory.LocatorSignature);
        writer.Write(0);
        writer.Write((long)end);
        writer.Write(1);
        return record.ToArray();
    }

    private static async Task<string?> DamageAsync(byte[] zip, bool forward)
    {
        if (!forward)
        {
            return (await TestData.TestAsync("a.zip", zip)).Damage;
        }

        try
        {
            await ZipValidator.ValidateForwardAsync(new MemoryStream(zip), [ZipEntry.HashOf("database.sql"u8)], TestContext.Current.CancellationToken);
            return null;
        }
        catch (DamagedException e)
        {
            return e.Message;
        }
    }
}
