using System.Text;
using Cochin.Functions.Cli;

namespace Cochin.Functions.Tests.Cli;

public sealed class DownloadTargetTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("target-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("storage/q/a.zip", "a.zip")]
    [InlineData("storage/q/Sauvegarde d'été (1).encrypted", "Sauvegarde d'été (1).encrypted")]
    [InlineData("storage/q/備份 🎉.zip", "備份 🎉.zip")]
    [InlineData("storage/q/..\\..\\etc\\passwd", "passwd")]
    [InlineData("storage/q/../..", "_.")]
    [InlineData("storage/q/.bashrc", "_bashrc")]
    [InlineData("storage/q/a\nb\u001b[31m\u202e.zip", "a_b_[31m_.zip")]
    [InlineData("C:a|b?.zip", "C_a_b_.zip")]
    [InlineData("storage/q/folder/", "folder")]
    [InlineData("storage/q/ ", "backup-42")]
    public void FileName_OfABlob_StaysInItsFolder(string blobName, string name) => DownloadTarget.FileNameOf(blobName, "42").ShouldBe(name);

    [Fact]
    public void FileName_VeryLong_IsShortenedAndKeepsItsEnding()
    {
        var name = DownloadTarget.FileNameOf($"storage/q/{new string('é', 1_000)}.tar.gz", "42");

        name.ShouldEndWith(".gz");
        Encoding.UTF8.GetByteCount(name).ShouldBeInRange(150, 200);
    }

    [Fact]
    public void Target_Folder_GetsTheName() => Resolve(folder).ShouldBe(Path.Combine(folder, "a.zip"));

    [Fact]
    public void Target_Nothing_IsTheCurrentFolder() => Resolve(null).ShouldBe(Path.GetFullPath("a.zip"));

    [Fact]
    public void Target_Link_IsTheFileThatItLeadsTo()
    {
        var link = Path.Combine(folder, "link");
        File.CreateSymbolicLink(link, "real.zip");

        Resolve(link).ShouldBe(Path.Combine(folder, "real.zip"));
    }

    [Theory]
    [InlineData("/dev/null", "is a device or special file")]
    [InlineData("/dev/stdout", "is a device or special file")]
    [InlineData("{0}/no/a.zip", "does not exist")]
    [InlineData("{0}/no/", "does not exist")]
    [InlineData("{0}/folder/taken", "is a folder")]
    [InlineData("{0}/loop", "can't be resolved")]
    public void Target_NoFileCanBeThere_IsBadUsage(string to, string why)
    {
        Directory.CreateDirectory(Path.Combine(folder, "folder", "taken", "a.zip"));
        File.CreateSymbolicLink(Path.Combine(folder, "loop"), "loop");

        var e = Should.Throw<CliException>(() => Resolve(string.Format(null, to, folder)));

        e.ExitCode.ShouldBe(ExitCodes.Usage);
        e.Message.ShouldContain(why);
    }

    private static string Resolve(string? to) => DownloadTarget.Resolve(to, "storage/q/a.zip", "42");
}
