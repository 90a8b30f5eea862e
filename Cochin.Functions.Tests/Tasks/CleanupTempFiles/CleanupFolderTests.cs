using System.Text.RegularExpressions;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>
/// An account with a hierarchical namespace: a folder has an entry, which the service does not delete while the folder has content. The
/// emulator does not support such accounts, so the tests inject the errors.
/// </summary>
public sealed partial class CleanupFolderTests(AzuriteServer server) : CleanupTest(server)
{
    private const string NotEmpty = "DirectoryIsNotEmpty";

    [Theory]
    [InlineData(5_000, 2_000)]
    [InlineData(2, 1)]
    public async Task Run_FoldersWithEntries_AreDeletedInOneRun(int pageSize, int blobsToKeep)
    {
        await AddTreeAsync(Old);
        var parts = new PartFaultPolicy(part => HasSomethingBelow(PartName(part)), 409, NotEmpty);

        var result = await NewTask(pageSize, blobsToKeep, policies: parts).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        result.Count("deleted").ShouldBe(1);
        result.Count("blobsDeleted").ShouldBe(6);
        (await BlobNamesAsync()).ShouldBeEmpty();
        ShouldAddUp(result);
    }

    [Fact]
    public async Task Run_WithoutBatches_DeletesTheDeepestFoldersFirst()
    {
        await AddTreeAsync(Old);
        var noBatches = new FaultPolicy(IsBatch, 400, "InvalidInput");
        var singles = new FaultPolicy(request => IsSingleDelete(request) && HasSomethingBelow(NameOf(request.Uri.ToUri().AbsolutePath)), 409, NotEmpty);

        var result = await RunAsync(policies: [noBatches, singles]);

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        singles.Met.ShouldBeFalse("nothing was tried too early");
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_NewBlobInAFolder_IsKeptAsChanged()
    {
        await AddFolderAsync("temp/job", Old);
        await UploadAsync("temp/job/old", Old);
        var add = new InterveningPolicy(IsBatch, () => UploadAsync("temp/job/new"));
        var parts = new PartFaultPolicy(part => HasSomethingBelow(PartName(part)), 409, NotEmpty);

        var result = await RunAsync(policies: [add, parts]);

        result.Count("changed").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/job", "temp/job/new"]);
        ShouldAddUp(result);
    }

    [Fact]
    public async Task Run_FolderEntryChangedByDeletesBelowIt_IsDeleted()
    {
        await AddTreeAsync(Old);
        var renew = new InterveningPolicy(From(2, IsBatch), () => AddFolderAsync("temp/job", TimeSpan.Zero));
        var parts = new PartFaultPolicy(part => HasSomethingBelow(PartName(part)), 409, NotEmpty);

        var result = await RunAsync(policies: [renew, parts]);

        renew.Met.ShouldBeTrue();
        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        result.Count("deleted").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, 30, true)]
    [InlineData(30, 0, false)]
    public async Task Age_FolderWithBlobs_IsThatOfTheBlobs(int folderHours, int blobHours, bool isDeleted)
    {
        await AddFolderAsync("temp/job", TimeSpan.FromHours(folderHours));
        await UploadAsync("temp/job/data", TimeSpan.FromHours(blobHours));

        await RunAsync();

        (await BlobNamesAsync()).Length.ShouldBe(isDeleted ? 0 : 2);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(30, true)]
    public async Task Age_EmptyFolder_IsThatOfItsEntry(int hours, bool isDeleted)
    {
        await AddFolderAsync("temp/job", TimeSpan.FromHours(hours));

        await RunAsync();

        (await BlobNamesAsync()).Length.ShouldBe(isDeleted ? 0 : 1);
    }

    private async Task AddTreeAsync(TimeSpan age)
    {
        await AddFolderAsync("temp/job", age);
        await AddFolderAsync("temp/job/deep", age);
        await AddFolderAsync("temp/job/deep/empty", age);
        await UploadAsync("temp/job/deep/a", age);
        await UploadAsync("temp/job/b", age);
        await AddFolderAsync("temp/job/deep/z", age);
    }

    private Task AddFolderAsync(string name, TimeSpan age) => UploadAsync(name, age, "", new Dictionary<string, string> { ["hdi_isfolder"] = "true" });

    private bool HasSomethingBelow(string name) =>
        Storage.Backups.GetBlobs(prefix: name + "/", traits: default, states: default, cancellationToken: Cancellation).Any();

    private static string PartName(string part) => NameOf(RequestLine().Match(part).Groups[1].Value);

    private static string NameOf(string path) => Uri.UnescapeDataString(path[(path.IndexOf("-backups/", StringComparison.Ordinal) + "-backups/".Length)..]);

    [GeneratedRegex("DELETE ([^ ?]+)")]
    private static partial Regex RequestLine();
}
