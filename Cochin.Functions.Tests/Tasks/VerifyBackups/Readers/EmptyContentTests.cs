using System.Formats.Tar;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups.Readers;

/// <summary>An archive in good order that has nothing in it is not a backup.</summary>
public sealed class EmptyContentTests
{
    // As gzip writes it.
    private static readonly byte[] Nothing = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    [Fact]
    public async Task Gzip_OfNothing_IsDamaged()
    {
        (await TestData.TestAsync("dump.sql.gz", Nothing)).Damage.ShouldBe("is a gzip file without content");
        (await TestData.TestAsync("dump.gz", [.. Nothing, .. Nothing])).Damage.ShouldBe("is a gzip file without content");
    }

    [Fact]
    public async Task Gzip_WithAnEmptyMemberBeforeAnother_IsSound() =>
        (await TestData.TestAsync("dump.sql.gz", [.. Nothing, .. TestData.Gzip(TestData.Text)])).Damage.ShouldBeNull();

    [Fact]
    public async Task Zip_WithoutEntries_IsDamaged() => (await TestData.TestAsync("x.zip", TestData.Zip())).Damage.ShouldBe("is a zip archive without entries");

    [Fact]
    public async Task Zip_OfEmptyFiles_IsDamaged() =>
        (await TestData.TestAsync("x.zip", TestData.Zip(("dump.sql", [])))).Damage.ShouldBe("is a zip archive without content");

    [Fact]
    public async Task Tar_OfEmptyFiles_IsDamaged()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, leaveOpen: true))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "dump/"));
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "dump/dump.sql"));
        }

        (await TestData.TestAsync("x.tar", bytes.ToArray())).Damage.ShouldBe("is a tar archive without content");
    }
}
