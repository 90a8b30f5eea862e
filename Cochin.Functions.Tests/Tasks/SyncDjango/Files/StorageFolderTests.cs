using System.Net.Sockets;
using System.Runtime.Versioning;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Files;

/// <summary>Which files are found, and what is reported about the others.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StorageFolderTests(AzuriteServer server) : FilesTest(server)
{
    private readonly string outside = Directory.CreateTempSubdirectory("outside-").FullName;

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(outside, recursive: true);
        return base.DisposeAsync();
    }

    [Fact]
    public void FindAll_Folder_FindsFilesBelowStorageOnly()
    {
        Write("storage/a.zip", Random(3));
        Write("storage/q/deep/er/b.dump", Random(5));
        Write("storage/q/notes.txt", Random(1));
        Write("temp/c.zip", Random(3));
        Write("uploads/d.zip", Random(3));
        Write("e.zip", Random(3));

        Find().ShouldBe(["storage/a.zip 3", "storage/q/deep/er/b.dump 5", "storage/q/notes.txt 1"]);
    }

    [Theory]
    [InlineData(".gitkeep")]
    [InlineData("q/.hidden/x.zip")]
    [InlineData("q/._x.zip")]
    [InlineData("q/@eaDir/x.zip/SYNO.json")]
    [InlineData("#recycle/x.zip")]
    [InlineData("q/Thumbs.db")]
    [InlineData("q/desktop.ini")]
    public void FindAll_HiddenOrOfANas_IsIgnored(string name)
    {
        Write("storage/" + name, Random(3));

        Find().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("q/.hidden/x.zip", "storage/q/.hidden")]
    [InlineData("#recycle/x.zip", "storage/#recycle")]
    [InlineData("q/._x.zip", "storage/q/._x.zip")]
    public void FindAll_HiddenWithABackup_IsReported(string name, string reported)
    {
        Write("storage/" + name, Random(3));
        Write("storage/.other/y.zip", Random(3));

        var problem = new StorageFolder(Backups).FindAll(one => one == reported).ShouldHaveSingleItem().Problem.ShouldNotBeNull();

        problem.BlobName.ShouldBe(reported);
        problem.Outcome.ShouldBe(FileOutcome.Skipped);
        problem.Problem.ShouldNotBeNull().ShouldContain("rename it");
    }

    [Fact]
    public void FindAll_LinkInside_IsFollowed()
    {
        Write("storage/q/a.zip", Random(3));
        File.CreateSymbolicLink(PathOf("storage/latest.zip"), "q/a.zip");
        Directory.CreateSymbolicLink(PathOf("storage/current"), PathOf("storage/q"));

        Find().ShouldBe(["storage/current/a.zip 3", "storage/latest.zip 3", "storage/q/a.zip 3"]);
    }

    [Fact]
    public void FindAll_LinkOutside_IsNotFollowed()
    {
        File.WriteAllText(Path.Combine(outside, "secret.zip"), "x");
        Write("temp/left.zip", Random(3));
        Write("storage/q/a.zip", Random(3));
        Directory.CreateSymbolicLink(PathOf("storage/folder"), outside);
        File.CreateSymbolicLink(PathOf("storage/file.zip"), Path.Combine(outside, "secret.zip"));
        File.CreateSymbolicLink(PathOf("storage/q/relative.zip"), "../../temp/left.zip");
        Directory.CreateSymbolicLink(PathOf("storage/detour"), PathOf("storage/folder"));
        Directory.CreateSymbolicLink(PathOf("storage/up"), "..");

        Find().ShouldBe(
        [
            "storage/detour Skipped", "storage/file.zip Skipped", "storage/folder Skipped", "storage/q/a.zip 3", "storage/q/relative.zip Skipped",
            "storage/up Skipped",
        ]);
    }

    [Fact]
    public void FindAll_FolderWithASimilarName_IsOutside()
    {
        Write("storage/a.zip", Random(3));
        Write("storage2/b.zip", Random(3));
        Directory.CreateSymbolicLink(PathOf("storage/other"), PathOf("storage2"));

        Find().ShouldBe(["storage/a.zip 3", "storage/other Skipped"]);
    }

    [Fact]
    public void FindAll_LinksInACircle_Ends()
    {
        Write("storage/q/a.zip", Random(3));
        Write("storage/r/b.zip", Random(3));
        Directory.CreateSymbolicLink(PathOf("storage/q/self"), ".");
        Directory.CreateSymbolicLink(PathOf("storage/q/root"), "../");
        Directory.CreateSymbolicLink(PathOf("storage/q/r"), "../r");
        Directory.CreateSymbolicLink(PathOf("storage/r/q"), "../q");
        File.CreateSymbolicLink(PathOf("storage/one.zip"), "two.zip");
        File.CreateSymbolicLink(PathOf("storage/two.zip"), "one.zip");

        Find().ShouldBe(
        [
            "storage/one.zip Unreadable", "storage/q/a.zip 3", "storage/q/r/b.zip 3", "storage/q/r/q Skipped", "storage/r/b.zip 3",
            "storage/r/q/a.zip 3", "storage/r/q/r Skipped", "storage/two.zip Unreadable",
        ]);
    }

    [Fact]
    public void FindAll_LinkToNothing_IsUnreadable()
    {
        Write("storage/q/a.zip", Random(3));
        File.CreateSymbolicLink(PathOf("storage/q/gone.zip"), "nowhere.zip");

        Find().ShouldBe(["storage/q/a.zip 3", "storage/q/gone.zip Unreadable"]);
    }

    [Fact]
    public async Task FindAll_PipeOrSocket_IsSkipped()
    {
        Write("storage/q/empty.zip", []);
        await ShellAsync("mkfifo storage/q/pipe.zip");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(PathOf("storage/q/socket.zip")));

        Find().ShouldBe(["storage/q/empty.zip 0", "storage/q/pipe.zip Skipped", "storage/q/socket.zip Skipped"]);
    }

    [Theory]
    [InlineData("q/back\\slash.zip", "backslash")]
    [InlineData("q/dot.", "dot at the end")]
    [InlineData("q./a.zip", "dot at the end")]
    [InlineData("q/bell\u0007.zip", "control character")]
    public void FindAll_NameThatNoBlobCanHave_IsReported(string name, string problem)
    {
        Write("storage/" + name, Random(3));

        var found = new StorageFolder(Backups).FindAll().ShouldHaveSingleItem();

        found.Problem.ShouldNotBeNull().Outcome.ShouldBe(FileOutcome.Failed);
        found.Problem.Problem.ShouldNotBeNull().ShouldContain(problem);
    }

    [Fact]
    public void FindAll_PathThatIsTooLong_IsReported()
    {
        Write("storage/" + string.Join('/', Enumerable.Repeat(new string('n', 200), 6)), Random(3));

        var problem = new StorageFolder(Backups).FindAll().ShouldHaveSingleItem().Problem.ShouldNotBeNull();

        problem.Outcome.ShouldBe(FileOutcome.Failed);
        problem.Problem.ShouldBe("has a path of 1213 characters, and the name of a blob can have 1024; shorten it");
    }

    [Fact]
    public async Task FindAll_NameThatIsNotText_IsUnreadable()
    {
        Write("storage/q/a.zip", Random(3));
        await ShellAsync("""cd storage/q; echo x > "$(printf 'caf\351.zip')"; mkdir "$(printf 'd\351p')"; echo x > "$(printf 'd\351p')/b.zip" """);

        var found = Find();

        await ShellAsync("rm -r storage/q"); // .NET can't delete them either.
        found.ShouldBe(["storage/q/a.zip 3", "storage/q/caf\uFFFD.zip Unreadable", "storage/q/d\uFFFDp/ Unreadable"]);
    }

    [Fact]
    public void FindAll_FolderThatCannotBeRead_IsReportedAndTheOthersAreFound()
    {
        Write("storage/closed/a.zip", Random(3));
        Write("storage/open/b.zip", Random(3));
        OpenToAll();
        File.SetUnixFileMode(PathOf("storage/closed"), UnixFileMode.None);

        var (found, inside, other) = AsOther(() =>
        {
            var folder = new StorageFolder(Backups);
            return (Find(), folder.Find("storage/closed/a.zip"), folder.Find("storage/open/c.zip"));
        });

        File.SetUnixFileMode(PathOf("storage/closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        found.ShouldBe(["storage/closed/ Unreadable", "storage/open/b.zip 3"]);
        inside.ShouldBe(FilePresence.Unknown);
        other.ShouldBe(FilePresence.Absent);
    }

    private string[] Find() =>
    [
        .. new StorageFolder(Backups).FindAll()
            .Select(found => found.File is { } file ? $"{file.BlobName} {file.Size}" : $"{found.Problem!.BlobName} {found.Problem.Outcome}")
            .Order(StringComparer.Ordinal),
    ];
}
