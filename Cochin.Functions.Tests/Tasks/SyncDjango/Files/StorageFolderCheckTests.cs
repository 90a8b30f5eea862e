using System.Net.Sockets;
using System.Runtime.Versioning;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Files;

/// <summary>Checks of the backups folder and of single files.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StorageFolderCheckTests(AzuriteServer server) : FilesTest(server)
{
    private readonly string outside = Directory.CreateTempSubdirectory("outside-").FullName;

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(outside, recursive: true);
        return base.DisposeAsync();
    }

    [Fact]
    public void Find_OfAnyName_DistinguishesAbsentFromUnknown()
    {
        Write("storage/q/a.zip", Random(3));
        var folder = new StorageFolder(Backups);

        folder.Find("storage/q/a.zip").ShouldBe(FilePresence.Present);
        folder.Find("storage/q/b.zip").ShouldBe(FilePresence.Absent);
        folder.Find("storage/r/a.zip").ShouldBe(FilePresence.Absent);
        folder.Find("storage/q").ShouldBe(FilePresence.Absent);
        folder.Find("storage/../storage/q/a.zip").ShouldBe(FilePresence.Unknown);
        folder.Find("temp/a.zip").ShouldBe(FilePresence.Unknown);
        folder.Find("storage/q/a\0.zip").ShouldBe(FilePresence.Unknown);
        folder.Find("storage/" + new string('n', 300)).ShouldBe(FilePresence.Unknown);

        Directory.Move(PathOf("storage"), PathOf("moved"));

        folder.Find("storage/q/a.zip").ShouldBe(FilePresence.Unknown, "the disk may be unmounted");
    }

    [Fact]
    public void FindProblem_UsableFolder_IsNull()
    {
        Directory.CreateDirectory(PathOf("storage"));
        Directory.CreateSymbolicLink(Path.Combine(outside, "link"), Backups);

        new StorageFolder(Backups).FindProblem().ShouldBeNull();
        new StorageFolder(Path.Combine(outside, "link")).FindProblem().ShouldBeNull();
        new StorageFolder(Backups + "/").FindProblem().ShouldBeNull();
    }

    [Fact]
    public void FindProblem_OtherFolder_IsReportedWithTheNextStep()
    {
        Write("file", Random(3));
        new StorageFolder(PathOf("none")).FindProblem().ShouldBe(
            $"The backups folder '{PathOf("none")}' does not exist. Check --backups or Cochin__Django__Backups.");
        new StorageFolder(PathOf("file")).FindProblem().ShouldNotBeNull().ShouldContain("is a file, not a folder");
        new StorageFolder(Backups).FindProblem().ShouldNotBeNull().ShouldContain($"The folder '{PathOf("storage")}' does not exist.");

        Directory.CreateSymbolicLink(PathOf("storage"), outside);
        new StorageFolder(Backups).FindProblem().ShouldNotBeNull().ShouldContain("is a link to a place outside");
        File.Delete(PathOf("storage"));

        Directory.CreateDirectory(PathOf("storage"));
        new StorageFolder(PathOf("storage")).FindProblem().ShouldNotBeNull().ShouldContain($"to its parent, '{Backups}'");
    }

    [Fact]
    public void FindProblem_FolderThatCannotBeRead_IsReported()
    {
        Directory.CreateDirectory(PathOf("storage"));
        OpenToAll();
        File.SetUnixFileMode(PathOf("storage"), UnixFileMode.None);

        var problem = AsOther(() => new StorageFolder(Backups).FindProblem());

        problem.ShouldNotBeNull().ShouldContain("can't be read by the user");
    }
}
