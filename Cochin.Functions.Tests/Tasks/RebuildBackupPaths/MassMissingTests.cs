using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

public sealed class MassMissingTests(AzuriteServer server) : RebuildTest(server)
{
    [Fact]
    public async Task Nineteen_AllMissing_AreMarked()
    {
        await AddBackupsAsync(19, i => $"storage/prod/gone-{i}.zip");

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("records=19 missing=19");
    }

    [Fact]
    public async Task Twenty_HalfMissing_AreMarked()
    {
        await UploadAsync("storage/prod/a.zip");
        await AddBackupsAsync(20, i => i < 10 ? $"storage/prod/gone-{i}.zip" : "storage/prod/a.zip");

        Counts(await RunAsync()).ShouldBe("blobs=1 records=20 missing=10");
    }

    [Fact]
    public async Task Twenty_MoreThanHalfMissing_AreNotMarkedButTheRestIsDone()
    {
        await SeedMassMissingAsync();

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Failed);
        Counts(result).ShouldBe("blobs=3 records=21 registered=1 healed=1");
        var error = result.Error.ShouldNotBeNull();
        error.ShouldContain("11 of 20");
        error.ShouldContain("--allow-mass-missing");
        (await BackupsAsync()).ShouldAllBe(row => row.GetString("Status") == "completed");
        Items.Count(item => item is { Decision: "report", Reason: "missing" }).ShouldBe(11);
    }

    [Fact]
    public async Task DryRun_MoreThanHalfMissing_Fails()
    {
        await SeedMassMissingAsync();

        var result = await RunAsync(new RebuildBackupPathsOptions { DryRun = true });

        result.Outcome.ShouldBe(Outcome.Failed);
        Counts(result).ShouldBe("blobs=3 records=21 registered=1 healed=1");
        (await StatusAsync("back")).ShouldBe("file_missing");
    }

    [Fact]
    public async Task Twenty_MoreThanHalfMissingAndAllowed_AreMarked()
    {
        await SeedMassMissingAsync();

        var result = await RunAsync(new RebuildBackupPathsOptions { AllowMassMissing = true });

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("blobs=3 records=21 registered=1 missing=11 healed=1");
    }

    [Fact]
    public async Task Records_WithAnotherStatus_DoNotCount()
    {
        await AddBackupsAsync(19, i => $"storage/prod/gone-{i}.zip");
        await AddBackupAsync("failed", "failed", "storage/prod/gone.zip");
        await AddBackupAsync("nameless", "completed", null);

        Counts(await RunAsync()).ShouldBe("records=21 missing=19");
    }

    [Fact]
    public async Task Records_OfExistingBlobsOutsideStorage_DoNotCountAsMissing()
    {
        await UploadAsync("legacy/there.zip");
        await AddBackupsAsync(20, i => i == 0 ? "storage/prod/gone.zip" : "legacy/there.zip");

        Counts(await RunAsync()).ShouldBe("records=20 missing=1");
    }

    private async Task SeedMassMissingAsync()
    {
        await UploadAsync("storage/prod/a.zip");
        await UploadAsync("storage/prod/back.zip");
        await UploadAsync("storage/prod/orphan.zip", Old);
        await AddBackupsAsync(20, i => i < 11 ? $"storage/prod/gone-{i}.zip" : "storage/prod/a.zip");
        await AddBackupAsync("back", "file_missing", "storage/prod/back.zip", 7);
    }
}
