using Cochin.Functions.Devis;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>A real installation, if it is next to the working copy.</summary>
public sealed class SyncFixtureTests(AzuriteServer server) : SyncTest(server)
{
    private static string? Folder { get; } = Parents(ProjectRoot.Path)
        .Select(parent => Path.Combine(parent, "shared", "fixtures", "django")).FirstOrDefault(Directory.Exists);

    [Fact]
    public async Task Run_OnARealInstallation_CopiesItOnceAndCompletely()
    {
        Assert.SkipUnless(Folder is not null, "There is no real installation.");
        var (database, backups) = (Path.Combine(Folder!, "cochin.sqlite3"), Path.Combine(Folder!, "backups"));

        var result = await RunAsync(database: database, backups: backups);

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        Counts(result).ShouldBe("backups=12 restores=6 quotes=12 configurations=3 uploaded=7 written=33 missing=1");
        (await BackupAsync(12))["SizeBytes"].ShouldBe(10_000L);
        (await BackupAsync(1))["KeyOwner"].ShouldBe("2_system_backup");
        (await BackupAsync(9))["Configuration"].ShouldBe("Ancienne config");
        (await BackupAsync(10)).ContainsKey("BlobName").ShouldBeFalse();
        Text(await QuoteAsync("django-6")).ShouldBe(
            "AgentPlateforme=Agence Sud CreatedAt=2026-11-10T09:00:00 DateDebut=2026-11-25 DateRendu=2026-12-05 Montant=1234.56 Numero=DV-2026-106 "
            + "StartNotifiedFor=2026-11-25 Statut=True");
        Text(await QuoteAsync("django-12")).ShouldContain("EndNotifiedFor=2025-04-01");
        Text(await QuoteAsync("django-12")).ShouldContain("Statut=False");

        var writes = Writes();
        var again = await RunAsync(storage: NewStorage(writes), database: database, backups: backups);
        Counts(again).ShouldBe("backups=12 restores=6 quotes=12 configurations=3 unchanged=33 missing=1");
        writes.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Import_OfTheExportAfterTheRun_ChangesNothing()
    {
        Assert.SkipUnless(Folder is not null, "There is no real installation.");
        await RunAsync(database: Path.Combine(Folder!, "cochin.sqlite3"), backups: Path.Combine(Folder!, "backups"));

        var file = await DevisFile.ReadAsync(Path.Combine(Folder!, "Devis_export.csv"), Cancellation);
        var result = await new DevisTable(Storage).ImportAsync(file, Cancellation);

        // Two quotes have the number of line 3; the lines 7, 8 and 12 can't be imported.
        (result.Added, result.Updated, result.Unchanged).ShouldBe((0, 0, 7));
        result.Problems.Select(problem => problem.Line).ShouldBe([3, 7, 8, 12]);
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var folder = new DirectoryInfo(path).Parent; folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
