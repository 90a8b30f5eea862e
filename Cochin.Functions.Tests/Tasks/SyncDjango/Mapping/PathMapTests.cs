using Cochin.Functions.Tasks.SyncDjango.Mapping;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Mapping;

public sealed class PathMapTests
{
    [Theory]
    [InlineData("/app/backups/storage/Daily Backup/a.encrypted", "storage/Daily Backup/a.encrypted")]
    [InlineData("/app/backups//storage/./prod//a.zip", "storage/prod/a.zip")]
    [InlineData("storage/Ancienne config/export_2025.zip", "storage/Ancienne config/export_2025.zip")]
    [InlineData("./storage/a.zip", "storage/a.zip")]
    [InlineData(@"/app/backups/storage/a\b %41 é.zip", @"storage/a\b %41 é.zip")]
    public void Map_PathBelowStorage_IsTheNameOfItsBlob(string path, string name) =>
        new PathMap("/app/backups/").Map(path).ShouldBe(new MappedPath(PathPlace.Storage, name));

    [Fact]
    public void Map_PathOfWindows_IsTheNameOfItsBlob() =>
        new PathMap(@"D:\cochin\backups").Map(@"D:\cochin\backups\storage\prod\a.zip").BlobName.ShouldBe("storage/prod/a.zip");

    [Theory]
    [InlineData("/app/backups/uploads/upload_1/a.zip", nameof(PathPlace.Elsewhere))]
    [InlineData("temp/a.zip", nameof(PathPlace.Elsewhere))]
    [InlineData("/app/backups/storage", nameof(PathPlace.Elsewhere))]
    [InlineData("/app/backups/storage/../temp/a.zip", nameof(PathPlace.Unreadable))]
    [InlineData("storage/prod/", nameof(PathPlace.Unreadable))]
    [InlineData("storage/prod/\uFFFD.zip", nameof(PathPlace.Unreadable))]
    [InlineData("/app/backups2/storage/a.zip", nameof(PathPlace.OutsideRoot))]
    [InlineData("/data/backups/storage/a.zip", nameof(PathPlace.OutsideRoot))]
    public void Map_OtherPath_HasNoBlob(string path, string place) =>
        new PathMap("/app/backups").Map(path).ShouldBe(new MappedPath(Enum.Parse<PathPlace>(place), null));

    [Theory]
    [InlineData("/app/backups/storage/a.zip", "storage/a.zip")]
    [InlineData("/data/storage/b.zip", "storage/b.zip")]
    [InlineData("/data/storage/backups/storage/c.zip", "storage/c.zip")]
    [InlineData("/other/storage/d.zip", null)]
    public void Map_SeveralRoots_UsesTheOneThatFits(string path, string? name) =>
        new PathMap("/app/backups; /data/;/data/storage;/data/storage/backups").Map(path).BlobName.ShouldBe(name);

    [Fact]
    public void FindFittingRoots_PathWithTwoStorageFolders_AreBoth() =>
        PathMap.FindFittingRoots("/volume/storage/backups/storage/a.zip")
            .ShouldBe([("/volume", "storage/backups/storage/a.zip"), ("/volume/storage/backups", "storage/a.zip")]);
}
