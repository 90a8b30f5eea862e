using Cochin.Functions.Tasks.VerifyBackups.Readers;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups;

/// <summary>Files of a real installation. Skipped on machines that don't have them.</summary>
public sealed class FixtureTests
{
    private static readonly string Folder = Find();

    [Fact]
    public async Task Backup_FromTheInstallation_IsSound()
    {
        Assert.SkipUnless(Directory.Exists(Folder), "The files are not on this machine.");
        var real = await File.ReadAllBytesAsync(
            Path.Combine(Folder, "Daily Backup", "Daily Backup_auto_291126_2035.encrypted"), TestContext.Current.CancellationToken);

        (await TestData.TestAsync("a.encrypted", real, FernetKey.Derive("not-a-secret-fixture-key", "2_system_backup")))
            .ShouldBe(new StructureResult(VerifiedLevel.Contents));
        (await TestData.TestAsync("a.encrypted", real, FernetKey.Derive("another key", "2_system_backup"))).IsLocked.ShouldBeTrue();
    }

    [Fact]
    public async Task Backups_WithRandomContent_AreDamaged()
    {
        Assert.SkipUnless(Directory.Exists(Folder), "The files are not on this machine.");
        var files = Directory.EnumerateFiles(Folder, "*.*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("2035", StringComparison.Ordinal) && !file.EndsWith(".gitkeep", StringComparison.Ordinal))
            .ToList();

        files.Count.ShouldBe(6);
        foreach (var file in files)
        {
            (await TestData.TestAsync(file, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))).Damage.ShouldNotBeNull(file);
        }
    }

    private static string Find()
    {
        var parents = new[] { "..", Path.Combine("..", "..") }
            .Select(parent => Path.Combine(ProjectRoot.Path, parent, "shared", "fixtures", "django", "backups", "storage"));
        return parents.FirstOrDefault(Directory.Exists) ?? "";
    }
}
