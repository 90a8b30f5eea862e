using System.Runtime.Versioning;
using Azure;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Files;

/// <summary>Files that change while they are read, can't be read, or are refused by the storage.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class UnuploadableFileTests(AzuriteServer server) : FilesTest(server)
{
    [Theory]
    [InlineData("grows")]
    [InlineData("shrinks")]
    [InlineData("is rewritten")]
    [InlineData("is replaced")]
    [InlineData("vanishes")]
    public async Task File_ChangesWhileItIsRead_IsNotCommitted(string change)
    {
        Write(Name, Random(Large));
        var race = new InterveningPolicy(IsBlock, () => ChangeAsync(change));

        await RunOneAsync(FileOutcome.Changed, NewStorage(race));

        race.Met.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldBeEmpty();
        (await RunAsync()).Select(state => $"{state.Outcome} {state.Problem}").ShouldBe(change == "vanishes" ? [] : ["Uploaded "]);
    }

    [Theory]
    [InlineData("grows")]
    [InlineData("shrinks")]
    [InlineData("is rewritten")]
    [InlineData("is replaced")]
    [InlineData("vanishes")]
    public async Task SmallFile_ChangesWhileItIsRead_IsNotUploaded(string change)
    {
        Write(Name, Random(100));
        var race = new InterveningPolicy(request => request.Uri.Query.Contains("comp=appendblock", StringComparison.Ordinal), () => ChangeAsync(change));

        await RunOneAsync(FileOutcome.Changed, NewStorage(race));

        race.Met.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task File_ChangedSinceItWasFound_IsLeftToTheNextRun()
    {
        Write(Name, Random(100));
        var comparison = new FileComparison(NewContext(Storage), _ => { }) { RecordOf = _ => default, DryRun = false };
        var found = new StorageFolder(Backups).FindAll().Single().File.ShouldNotBeNull();
        await comparison.HandleAsync(found, mayExist: true, Cancellation);
        await ChangeAsync("grows");

        var problem = await Should.ThrowAsync<FileProblemException>(() => comparison.HandleAsync(found, mayExist: true, Cancellation));

        problem.Outcome.ShouldBe(FileOutcome.Changed);
        (await BlobAsync(Name)).ShouldBe(Random(100));
    }

    [Fact]
    public void File_ThatCannotBeRead_IsUnreadable()
    {
        var path = Write(Name, Random(100));
        File.SetUnixFileMode(Backups, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(path, UnixFileMode.None);

        var problem = AsOther(() => Should.Throw<FileProblemException>(() => OpenedFile.Open(path)));

        problem.Outcome.ShouldBe(FileOutcome.Unreadable);
        Should.Throw<FileProblemException>(() => OpenedFile.Open(PathOf("storage/none"))).Outcome.ShouldBe(FileOutcome.Changed);
    }

    [Theory]
    [InlineData(400, "InvalidBlobOrBlock", "another program left an unfinished upload")]
    [InlineData(403, "AuthorizationFailure", "denied access")]
    [InlineData(409, "BlobImmutableDueToPolicy", "immutability policy")]
    [InlineData(500, "InternalError", "answered 500")]
    public async Task Storage_RefusesOneFile_FailsOnlyThat(int status, string code, string problem)
    {
        Write(Name, Random(Large));
        Write("storage/q/b.zip", Random(3));

        var states = await RunAsync(NewStorage(new FaultPolicy(IsBlock, status, code)));

        states.Select(state => state.Outcome).ShouldBe([FileOutcome.Failed, FileOutcome.Uploaded]);
        states[0].Problem.ShouldNotBeNull().ShouldContain(problem);
    }

    [Fact]
    public async Task Storage_RefusesEveryFile_EndsTheRunEarly()
    {
        for (var i = 0; i < 30; i++)
        {
            Write($"storage/q/{i:D2}.zip", Random(3));
        }

        var fault = new FaultPolicy(IsCommit, 403, "AuthorizationFailure");

        await Should.ThrowAsync<RequestFailedException>(() => RunAsync(NewStorage(fault)));

        fault.Met.ShouldBeTrue();
    }

    [Fact]
    public async Task Storage_ProtectsEveryBlob_FailsEachFile()
    {
        for (var i = 0; i < 30; i++)
        {
            Write($"storage/q/{i:D2}.zip", Random(3));
        }

        var states = await RunAsync(NewStorage(new FaultPolicy(IsCommit, 409, "BlobImmutableDueToPolicy")));

        states.Count.ShouldBe(30);
        states.ShouldAllBe(state => state.Outcome == FileOutcome.Failed);
    }

    private async Task ChangeAsync(string change)
    {
        var path = PathOf(Name);
        switch (change)
        {
            case "grows":
                await File.AppendAllTextAsync(path, "more", Cancellation);
                break;
            case "shrinks":
                using (var file = OpenShared(path))
                {
                    file.SetLength(50);
                }

                break;
            case "is rewritten":
                using (var file = OpenShared(path))
                {
                    file.WriteByte(1);
                }

                break;
            case "is replaced":
                File.Move(Write(Name + ".new", Random((int)new FileInfo(path).Length, seed: 2), LongAgo.AddDays(1)), path, overwrite: true);
                break;
            default:
                File.Delete(path);
                break;
        }
    }

    // As the application does, which takes no lock.
    private static FileStream OpenShared(string path) => new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
}
