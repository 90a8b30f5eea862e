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
}
