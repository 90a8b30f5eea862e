using System.Text;
using Cochin.Functions.Tasks.SyncDjango;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tasks.SyncDjango.Mapping;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>What is known about the file of a backup after the files were read.</summary>
public sealed class FileIndexTests
{
    private const string Name = "storage/prod/sub/a.zip";

    [Theory]
    [InlineData("storage/prod", nameof(FileOutcome.Skipped))]
    [InlineData("storage/prod/sub", nameof(FileOutcome.Skipped))]
    [InlineData("storage/prod/sub/", nameof(FileOutcome.Unreadable))]
    [InlineData("storage/", nameof(FileOutcome.Unreadable))]
    [InlineData(Name, nameof(FileOutcome.Skipped))]
    public void Find_FileInWhatWasNotRead_WaitsWithTheReason(string place, string outcome)
    {
        // Behind a link to a disk that is not mounted, there is no file.
        var index = Index(FilePresence.Absent, Name);
        index.AddFile(new FileState(place, 0, null, Enum.Parse<FileOutcome>(outcome), "is a link to nothing"));

        var file = index.Find(Name);

        file.Standing.ShouldBe(FileStanding.Waits);
        file.Problem.ShouldBe($"was not written, because its file is not copied: '{place}' is a link to nothing");
    }

    [Fact]
    public void Find_FolderWithOtherAccents_IsTheSame()
    {
        var index = Index(FilePresence.Present, "storage/d\u00E9p\u00F4t/a.zip");
        index.AddFile(new FileState("storage/d\u00E9p\u00F4t".Normalize(NormalizationForm.FormD), 0, null, FileOutcome.Skipped, "is hidden"));

        index.Find("storage/d\u00E9p\u00F4t/a.zip").Problem.ShouldNotBeNull().ShouldContain("is hidden");
    }

    [Theory]
    [InlineData(nameof(FilePresence.Present))]
    [InlineData(nameof(FilePresence.Unknown))]
    public void Find_FileThatIsNotInTheListing_WaitsWithTheReason(string presence)
    {
        var index = Index(Enum.Parse<FilePresence>(presence), Name);
        index.AddFile(new FileState("storage/prod/other", 0, null, FileOutcome.Skipped, "is a link to nothing"));

        var file = index.Find(Name);

        file.Standing.ShouldBe(FileStanding.Waits);
        file.Problem.ShouldNotBeNull().ShouldContain($"its file '{Name}' was not found in the listing");
    }

    [Fact]
    public void Find_FileThatIsNotThere_IsMissing() => Index(FilePresence.Absent, Name).Find(Name).ShouldBe(new FileFacts(Name, FileStanding.Missing));

    [Theory]
    [InlineData(nameof(FileOutcome.Changed))]
    [InlineData(nameof(FileOutcome.Failed))]
    [InlineData(nameof(FileOutcome.Unreadable))]
    public void Find_FileWithItsOwnProblem_WaitsForTheNextRun(string outcome)
    {
        var index = Index(FilePresence.Present, Name);
        index.AddFile(new FileState(Name, 3, null, Enum.Parse<FileOutcome>(outcome), "is reported already"));

        index.Find(Name).ShouldBe(new FileFacts(Name, FileStanding.Waits, 3));
    }

    [Fact]
    public void IsNeeded_FileOrFolderOfABackup_IsTrue()
    {
        var index = Index(FilePresence.Present, Name, "storage/b.zip");

        new[] { Name, "storage/prod/sub", "storage/prod/", "storage", "storage/b.zip" }.ShouldAllBe(name => index.IsNeeded(name));
        new[] { "storage/prod/su", "storage/prod/sub/b.zip", "storage/b", "sub" }.ShouldAllBe(name => !index.IsNeeded(name));
    }

    private static FileIndex Index(FilePresence presence, params string[] names)
    {
        var index = new FileIndex(_ => presence);
        for (var i = 0; i < names.Length; i++)
        {
            index.AddBackup(i + 1, names[i], checksum: null, createdAt: null);
        }

        return index;
    }
}
