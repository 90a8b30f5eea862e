using Cochin.Functions.Tasks.VerifyBackups.Readers;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups.Readers;

public sealed class GzipContentTests
{
    private static readonly byte[] Whole = TestData.Gzip(TestData.Text);

    [Fact]
    public async Task Gzip_Sound_IsValidatedAsStructure() =>
        (await TestData.TestAsync("dump.sql.gz", Whole)).ShouldBe(new StructureResult(VerifiedLevel.Structure));

    [Fact]
    public async Task Gzip_Read_ReturnsItsContent()
    {
        var content = new MemoryStream();
        await new GzipContent(new MemoryStream(Whole)).CopyToAsync(content, TestContext.Current.CancellationToken);

        content.ToArray().ShouldBe(TestData.Text);
    }

    [Fact]
    public async Task Gzip_OfSeveralMembersWithPadding_IsSound() =>
        (await TestData.TestAsync("dump.sql.gz", [.. Whole, .. TestData.Gzip([]), .. TestData.Gzip(TestData.Noise(100_000)), .. new byte[1_000]])).Damage
            .ShouldBeNull();

    [Fact]
    public async Task Gzip_CutOffAnywhere_IsDamaged()
    {
        var small = TestData.Gzip(TestData.Text[..300]);

        for (var length = 0; length < small.Length; length++)
        {
            (await TestData.TestAsync("dump.sql.gz", small[..length])).Damage.ShouldNotBeNull($"{length} bytes");
        }
    }

    [Fact]
    public async Task Gzip_WithAnyByteOfDataOrTrailerChanged_IsDamaged()
    {
        var small = TestData.Gzip(TestData.Noise(200));

        for (var at = 10; at < small.Length; at++)
        {
            (await TestData.TestAsync("dump.sql.gz", small.With(at, 4))).Damage.ShouldNotBeNull($"byte {at}");
        }
    }

    [Fact]
    public async Task Gzip_WithOtherDataAfterItsEnd_IsDamaged() =>
        (await TestData.TestAsync("dump.sql.gz", [.. Whole, .. "rest"u8])).Damage
            .ShouldBe($"has other data after the end of its gzip stream, from byte {Whole.Length}");

    [Fact]
    public async Task Gzip_WithANameAndMore_IsSound()
    {
        byte[] header = [0x1F, 0x8B, 8, 4 | 8 | 16 | 2, .. new byte[6], 3, 0, 1, 2, 3, .. "dump.sql\0a comment\0"u8, 9, 9];

        (await TestData.TestAsync("dump.gz", [.. header, .. Whole[10..]])).Damage.ShouldBeNull();
    }

    [Fact]
    public async Task Gzip_WithDamagedContent_IsDamaged()
    {
        (await TestData.TestAsync("a.json.gz", TestData.Gzip("{\"a\": 1}"u8.ToArray()))).Damage.ShouldBeNull();
        (await TestData.TestAsync("a.json.gz", TestData.Gzip("{\"a\": 1"u8.ToArray()))).Damage!.ShouldContain("JSON");
        (await TestData.TestAsync("a.tgz", TestData.Gzip(TestData.Text))).Damage!.ShouldContain("tar");
        (await TestData.TestAsync("a.tar.gz", TestData.Gzip(TestData.Tar(System.Formats.Tar.TarEntryFormat.Pax, ("a", TestData.Text))))).Damage.ShouldBeNull();
    }
}
