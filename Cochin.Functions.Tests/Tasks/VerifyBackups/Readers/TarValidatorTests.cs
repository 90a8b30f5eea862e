using System.Formats.Tar;
using System.Text;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups.Readers;

public sealed class TarValidatorTests
{
    private static readonly string LongName = new string('d', 120) + "/" + new string('f', 120);

    private static byte[] Small { get; } = TestData.Tar(TarEntryFormat.Ustar, ("a", TestData.Noise(700)), ("b", []));

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public async Task Tar_Sound_IsValidatedAsStructure(TarEntryFormat format) =>
        (await TestData.TestAsync("a.tar", TestData.Tar(format, (LongName, TestData.Text), ("b", []), ("c", TestData.Noise(100_000))))).Damage.ShouldBeNull();

    [Fact]
    public async Task Tar_CutOffAnywhere_IsDamaged()
    {
        // A single block of zeros is accepted as the end, as by GNU tar.
        for (var length = 0; length < Small.Length - 512; length += 37)
        {
            (await TestData.TestAsync("a.tar", Small[..length])).Damage.ShouldNotBeNull($"{length} bytes");
        }

        (await TestData.TestAsync("a.tar", Small[..^1024])).Damage!.ShouldContain("no end marker");
        (await TestData.TestAsync("a.tar", Small[..^512])).Damage.ShouldBeNull();
    }

    [Fact]
    public async Task Tar_WithAnyByteOfAHeaderChanged_IsDamaged()
    {
        for (var at = 0; at < 512; at++)
        {
            if (Small[at] != 0)
            {
                (await TestData.TestAsync("a.tar", Small.With(at, 1))).Damage!.ShouldContain("tar header", customMessage: $"byte {at}");
            }
        }
    }

    [Fact]
    public async Task Tar_OfZerosOrWithDataAfterItsEnd_IsDamaged()
    {
        (await TestData.TestAsync("a.tar", new byte[10_240])).Damage!.ShouldContain("contains only zeros");
        (await TestData.TestAsync("a.tar", [.. Small, .. new byte[3_000], 1])).Damage!.ShouldContain("after the end");
        (await TestData.TestAsync("a.tar", [.. Small, .. new byte[8_192]])).Damage.ShouldBeNull();
    }

    [Fact]
    public async Task Tar_WithALargeMember_UsesTheSizeInThePaxHeader()
    {
        // As for members of 8 GiB and more: the size in the header is 0.
        var pax = "17 size=1048576\n"u8.ToArray();
        byte[] tar = [.. Header("x", pax.Length, 'x'), .. pax, .. new byte[512 - pax.Length],
            .. Header("big", 0, '0'), .. TestData.Noise(1_048_576), .. new byte[1_024]];

        (await TestData.TestAsync("a.tar", tar)).Damage.ShouldBeNull();
        (await TestData.TestAsync("a.tar", tar[..^1_500])).Damage!.ShouldContain("cut off in a tar member");
    }

    [Fact]
    public async Task Tar_WithABinarySize_IsSound()
    {
        byte[] tar = [.. Header("big", 1_024, '0', isBinary: true), .. TestData.Noise(1_024), .. new byte[1_024]];

        (await TestData.TestAsync("a.tar", tar)).Damage.ShouldBeNull();
    }

    [Fact]
    public async Task Tar_WithLinksAndFolders_IgnoresTheirSize()
    {
        byte[] tar = [.. Header("folder/", 4_096, '5'), .. Header("link", 9, '2'), .. Header("file", 3, '0'), .. "abc"u8, .. new byte[509], .. new byte[1_024]];

        (await TestData.TestAsync("a.tar", tar)).Damage.ShouldBeNull();
    }

    private static byte[] Header(string name, long size, char type, bool isBinary = false)
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        if (isBinary)
        {
            header[124] = 0x80;
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), size);
        }
        else
        {
            Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(header, 124);
        }

        header[156] = (byte)type;
        "ustar\000"u8.CopyTo(header.AsSpan(257));
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }
}
