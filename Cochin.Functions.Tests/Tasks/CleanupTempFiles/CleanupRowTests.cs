using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>Rows written by another program in another form: everything they may protect is kept.</summary>
public sealed class CleanupRowTests(AzuriteServer server) : CleanupTest(server)
{
    [Theory]
    [InlineData(@"restore_temp\job-a\")]
    [InlineData("/restore_temp/job-a")]
    [InlineData("./restore_temp//job-a/./")]
    [InlineData("restore_temp/job-a ")]
    public async Task WorkPath_UnambiguousForm_ProtectsOnlyItsUnit(string workPath)
    {
        await UploadAsync("restore_temp/job-a/data.sql", Old);
        await UploadAsync("restore_temp/job-b/data.sql", Old);
        await StartGroupAsync("Status", "running", workPath);

        var result = await RunAsync();

        (await BlobNamesAsync()).ShouldBe(["restore_temp/job-a/data.sql"]);
        result.Count("inUse").ShouldBe(1);
        result.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/app/backups/restore_temp/job-a")]
    [InlineData(@"C:\app\backups\restore_temp\job-a")]
    [InlineData("restore_temp%2Fjob-a")]
    [InlineData("Restore_Temp/Job-A")]
    [InlineData("restore_temp/job-b/../job-a")]
    [InlineData("job-a")]
    public async Task WorkPath_Ambiguous_ProtectsAllCandidatesWithAWarning(string workPath)
    {
        await UploadAsync("restore_temp/job-a/data.sql", Old);
        await UploadAsync("uploads/other", Old);
        await StartGroupAsync("Status", "running", workPath);

        var result = await RunAsync();

        (await BlobNamesAsync()).ShouldBe(["restore_temp/job-a/data.sql"]);
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("restore/900001 has the WorkPath '");
    }

    [Theory]
    [InlineData("/var/lib/restores/job-a")]
    [InlineData("../job-a")]
    [InlineData(900001L)]
    [InlineData(true)]
    public async Task WorkPath_Unknown_ProtectsAllAreas(object workPath)
    {
        await UploadAsync("restore_temp/job-a/data.sql", Old);
        await UploadAsync("uploads/other", Old);
        await StartGroupAsync("Status", "running", workPath);

        var result = await RunAsync();

        (await BlobNamesAsync()).Length.ShouldBe(2);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("everything in the temporary areas is kept");
    }

    [Theory]
    [InlineData("running", 0)]
    [InlineData("Running", 1)]
    [InlineData("RUNNING ", 1)]
    [InlineData("restoring", 1)]
    [InlineData(5L, 1)]
    [InlineData(true, 1)]
    [InlineData("", 1)]
    public async Task Status_NotCertainlyEnded_Protects(object status, int warnings)
    {
        await UploadAsync("restore_temp/job-a/data.sql", Old);
        await StartGroupAsync("Status", status, "restore_temp/job-a/");

        var result = await RunAsync();

        (await BlobNamesAsync()).ShouldBe(["restore_temp/job-a/data.sql"]);
        result.Warnings.Count.ShouldBe(warnings);
    }

    [Fact]
    public async Task Status_EndedWithAnotherSpelling_ProtectsNothing()
    {
        await UploadAsync("restore_temp/job-a/data.sql", Old);
        await StartGroupAsync("Status", "Completed ", "restore_temp/job-a/");

        await RunAsync();

        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Operations_AreReadWithoutAFilterOnTheirStatus()
    {
        await StartGroupAsync("Other", "no status at all", "restore_temp/job-a/");
        await UploadAsync("restore_temp/job-a/data.sql", Old);
        var filtered = new CountingPolicy(request => IsOperations(request) && request.Uri.Query.Contains("Status%20", StringComparison.Ordinal));

        await RunAsync(policies: filtered);

        filtered.Count.ShouldBe(0, "the service may drop rows that lack the column");
        (await BlobNamesAsync()).ShouldBe(["restore_temp/job-a/data.sql"]);
    }

    [Theory]
    [InlineData("A1-B2", "restore_a1-b2")]
    [InlineData("e\u0301te\u0301", "restore_\u00e9t\u00e9")]
    [InlineData("2026%2F42", "restore_2026_42")]
    public async Task Id_SpelledDifferentlyInTheName_Protects(string id, string unit)
    {
        await UploadAsync($"restore_temp/{unit}/data.sql", Old);
        await AddOperationAsync("restore", id, ("Status", "running"));

        var result = await RunAsync();

        (await BlobNamesAsync()).ShouldHaveSingleItem();
        result.Count("inUse").ShouldBe(1);
    }

    [Fact]
    public async Task Run_ManyInvalidRows_NamesSomeAndCountsTheRest()
    {
        for (var i = 0; i < 25; i++)
        {
            await AddOperationAsync("restore", $"odd{i:00}", ("Status", "archived"));
        }

        var result = await RunAsync();

        result.Warnings.Count.ShouldBe(21);
        result.Warnings[^1].ShouldStartWith("5 more operations");
    }

    private Task StartGroupAsync(string column, object status, object workPath) =>
        AddOperationAsync("restore", "900001", (column, status), ("HeartbeatAt", TimeProvider.System.GetUtcNow()), ("WorkPath", workPath));
}
