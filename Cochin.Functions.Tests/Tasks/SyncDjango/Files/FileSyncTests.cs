using System.Text;
using System.Text.Json;
using Azure;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Files;

/// <summary>The files of a whole folder.</summary>
public sealed class FileSyncTests(AzuriteServer server) : FilesTest(server)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Block)]
    [InlineData(Large)]
    public async Task Run_NewFile_UploadsItWithItsMetadata(int length)
    {
        var content = Random(length);
        Write("storage/q/a.zip", content);

        var state = await RunOneAsync(FileOutcome.Uploaded);

        state.ShouldBe(new FileState("storage/q/a.zip", length, Sha256(content), FileOutcome.Uploaded, null));
        (await BlobAsync("storage/q/a.zip")).ShouldBe(content);
        var metadata = (await PropertiesAsync("storage/q/a.zip")).Metadata;
        metadata.Count.ShouldBe(2);
        metadata["sha256"].ShouldBe(Sha256(content));
        metadata["mtime"].ShouldBe("2026-09-01T04:05:06.1234567Z");
        Sync.HandledBytes.ShouldBe(length);
    }

    [Fact]
    public async Task Run_SecondTime_WritesAndReadsNothing()
    {
        Write("storage/q/a.zip", Random(100));
        Write("storage/q/b.zip", Random(Large));
        var first = await RunAsync();
        var requests = new CountingPolicy();

        // With another content of the same size and time, a run that read the file would see a difference.
        Write("storage/q/a.zip", Random(100, seed: 2));
        var second = await RunAsync(NewStorage(requests));

        second.ShouldBe([.. first.Select(state => state with { Outcome = FileOutcome.Unchanged })]);
        requests.Count.ShouldBe(1, "the listing");
    }

    [Theory]
    [InlineData("100 % + 1 #2?.zip")]
    [InlineData("a%41b.zip")]
    [InlineData("Mensuelle donn\u00e9es.zip")]
    [InlineData("Mensuelle donne\u0301es.zip")]
    [InlineData("CON.zip")]
    [InlineData("a:b*c\"d<e>f|g.zip")]
    [InlineData("two\nlines.zip")]
    [InlineData(" spaces .zip ")]
    [InlineData("'&;=,~$!()[]{}^`@.zip")]
    [InlineData("\ud83d\ude00.zip")]
    [InlineData("return\r.zip")]
    public async Task Run_OddName_KeepsItInTheNameOfTheBlob(string name)
    {
        var content = Encoding.UTF8.GetBytes(name);
        Write("storage/q/" + name, content);

        (await RunOneAsync(FileOutcome.Uploaded)).BlobName.ShouldBe("storage/q/" + name);

        (await BlobAsync("storage/q/" + name)).ShouldBe(content);
        var writes = new CountingPolicy(IsWrite);
        await RunOneAsync(FileOutcome.Unchanged, NewStorage(writes));
        writes.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Run_NamesThatDifferInTheirFormOfAccents_AreTwoBlobs()
    {
        Write("storage/q/\u00e9.zip", Random(1));
        Write("storage/q/e\u0301.zip", Random(2));

        await RunAsync();

        (await BlobNamesAsync()).ShouldBe(["storage/q/e\u0301.zip", "storage/q/\u00e9.zip"]);
    }

    [Fact]
    public async Task Run_ProblemsOfSingleFiles_AreAmongTheResults()
    {
        Write("storage/q/a.zip", Random(1));
        Write("storage/q/back\\slash.zip", Random(2));
        File.CreateSymbolicLink(PathOf("storage/q/gone.zip"), "nowhere");

        var states = await RunAsync();

        states.Select(state => $"{state.BlobName} {state.Outcome}").ShouldBe(
            ["storage/q/a.zip Uploaded", "storage/q/back\\slash.zip Failed", "storage/q/gone.zip Unreadable"]);
        (await BlobNamesAsync()).ShouldBe(["storage/q/a.zip"]);
    }

    [Fact]
    public async Task Run_PrunedBackup_IsNotUploaded()
    {
        Write("storage/q/pruned.zip", Random(1));
        Write("storage/q/kept.zip", Random(2));

        var states = await RunAsync(isPrunedHere: name => name == "storage/q/pruned.zip");

        states.Select(state => state.Outcome).ShouldBe([FileOutcome.Uploaded, FileOutcome.Withheld]);
        (await BlobNamesAsync()).ShouldBe(["storage/q/kept.zip"]);
    }

    [Fact]
    public async Task Run_Dry_WritesNothing()
    {
        Write("storage/q/new.zip", Random(Large));
        Write("storage/q/other.zip", Random(10));
        await UploadBlobAsync("storage/q/other.zip", Random(10));

        var states = await RunAsync(dryRun: true);

        states.ShouldBe(
        [
            new("storage/q/new.zip", Large, null, FileOutcome.WouldUpload, null),
            new("storage/q/other.zip", 10, Sha256(Random(10)), FileOutcome.Unchanged, null),
        ]);
        (await BlobNamesAsync()).ShouldBe(["storage/q/other.zip"]);
        (await PropertiesAsync("storage/q/other.zip")).Metadata.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_WithoutAContainer_CreatesItUnlessDry()
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);
        Write("storage/q/a.zip", Random(3));

        await RunOneAsync(FileOutcome.WouldUpload, dryRun: true);
        (await Storage.Backups.ExistsAsync(Cancellation)).Value.ShouldBeFalse();

        await RunOneAsync(FileOutcome.Uploaded);
        (await BlobNamesAsync()).ShouldBe(["storage/q/a.zip"]);
    }

    [Fact]
    public async Task Run_ContainerThatExistedBefore_Fails()
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);
        await AddOperationAsync("backup", "1", ("BlobName", "storage/q/a.zip"));
        Write("storage/q/a.zip", Random(3));

        (await Should.ThrowAsync<RequestFailedException>(() => RunAsync())).ErrorCode.ShouldBe("ContainerNotFound");
    }

    [Fact]
    public async Task Run_Upload_IsAuditedBeforeItsFirstByteIsSent()
    {
        Write("storage/q/a.zip", Random(Large));
        var audit = "";
        var first = new InterveningPolicy(IsBlock, async () => audit = await AuditAsync());

        await RunOneAsync(FileOutcome.Uploaded, NewStorage(first));

        first.Met.ShouldBeTrue();
        audit.ShouldContain("\"action\":\"upload\",\"target\":\"storage/q/a.zip\",\"result\":\"planned\"");
        audit.ShouldNotContain("uploaded");
        (await AuditAsync()).ShouldContain($"\"result\":\"uploaded\",\"after\":\"{Large} bytes, SHA-256 {Sha256(Random(Large))}\"");
    }

    [Fact]
    public async Task Run_ManyFiles_UploadsAllAndReportsProgress()
    {
        const int Count = 60;
        for (var i = 0; i < Count; i++)
        {
            Write($"storage/q{i % 7}/{i:D2}.zip", Random(1_000 + i, i));
        }

        var appends = new CountingPolicy(request => request.Uri.Query.Contains("comp=appendblock", StringComparison.Ordinal));
        var states = await RunAsync(NewStorage(appends));

        states.Count.ShouldBe(Count);
        states.ShouldAllBe(state => state.Outcome == FileOutcome.Uploaded);
        var total = states.Sum(state => state.Size);
        Progress.Where(progress => progress.IsBytes).Max(progress => progress.Done).ShouldBe(total);
        Progress.Where(progress => progress.IsBytes).ShouldAllBe(progress => progress.Total == total);
        var lines = (await AuditAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("result").GetString()).ToList();
        lines.Count(result => result == "planned").ShouldBe(Count);
        lines.Count(result => result == "uploaded").ShouldBe(Count);
        appends.Count.ShouldBeLessThan(2 * Count, "lines are written together");
    }

    [Fact]
    public async Task Run_Folder_IsNotChanged()
    {
        Write("storage/q/a.zip", Random(Large));
        Write("storage/q/b.zip", Random(3));
        var before = Snapshot();

        await RunAsync();

        Snapshot().ShouldBe(before);

        string[] Snapshot() =>
        [
            .. new DirectoryInfo(Backups).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
                .Select(entry => $"{entry.FullName} {entry.LastWriteTimeUtc:o} {entry.Attributes}").Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public async Task Run_FixtureOfARealInstallation_UploadsItsBackups()
    {
        var fixture = new[] { "..", Path.Combine("..", "..") }
            .Select(parent => Path.Combine(ProjectRoot.Path, parent, "shared", "fixtures", "django", "backups")).FirstOrDefault(Directory.Exists);
        Assert.SkipWhen(fixture is null, "The files are not on this machine.");
        var sync = new FileSync(NewContext(Storage), new StorageFolder(fixture));

        var states = await sync.RunAsync(_ => false, dryRun: false, Cancellation).ToListAsync(Cancellation);

        states.Count.ShouldBe(7);
        states.ShouldAllBe(state => state.Outcome == FileOutcome.Uploaded);
        (await BlobNamesAsync()).ShouldBe(states.Select(state => state.BlobName), ignoreOrder: true);
    }

    private async Task<string> AuditAsync()
    {
        var blob = Storage.System.GetBlobClient(Cochin.Functions.Auditing.AuditPart.FirstOf(TimeProvider.System.GetUtcNow()).BlobName);
        return (await blob.DownloadContentAsync(Cancellation)).Value.Content.ToString();
    }
}
