using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Tasks.SyncDjango;

namespace Cochin.Functions.Tests.Cli;

/// <summary>The verb <c>sync_django</c>, and its job, which exists only once a database is set.</summary>
public sealed class SyncDjangoVerbTests(AzuriteServer server) : CommandTest(server)
{
    private const string Verb = "sync_django";

    [Fact]
    public async Task Verb_WithoutADatabase_IsAUsageErrorWithTheNextStep()
    {
        var result = await RunAsync(Verb, "--json");

        result.ExitCode.ShouldBe(2);
        result.Json.GetProperty("error").GetProperty("hint").GetString()!.ShouldContain("--database FILE and --backups DIR");
    }

    [Fact]
    public async Task Verb_WithoutABackupsFolder_IsAUsageErrorWithTheNextStep()
    {
        var result = await RunAsync(Verb, "--database", "db.sqlite3", "--json");

        result.ExitCode.ShouldBe(2);
        result.Json.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("--backups DIR");
    }

    [Fact]
    public async Task Job_WithoutADatabase_AppearsOnlyInDoctorAndWhenItIsAskedFor()
    {
        var run = await RunAsync("run", Verb, "--json");

        run.ExitCode.ShouldBe(2);
        run.Json.GetProperty("error").GetProperty("hint").GetString()!.ShouldContain("Cochin__Django__Database");
        (await RunAsync("show")).Output.ShouldNotContain(Verb);
        (await RunAsync("run", "all", "--dry-run", "--json")).Output.ShouldNotContain(Verb);
        (await RunAsync("doctor")).Output.ShouldContain("does not exist until Cochin__Django__Database is set");
    }

    [Fact]
    public async Task Verb_OnAnInstallation_CopiesItAndShowsTheDiscrepancies()
    {
        using var django = new DjangoInstallation();
        django.AddBackupWithFile(1);
        django.AddBackup(2);
        string[] where = ["--database", django.Database, "--backups", django.Backups];

        var dry = await RunAsync([Verb, .. where, "--dry-run", "--verbose", "--json"]);
        var real = await RunAsync([Verb, .. where]);
        var again = await RunAsync([Verb, .. where, "--json"]);

        dry.ExitCode.ShouldBe(0, dry.Errors);
        dry.Json.GetProperty("items").EnumerateArray()
            .Select(item => $"{item.GetProperty("area")} {item.GetProperty("name")} {item.GetProperty("decision")}")
            .ShouldBe(["storage prod/1.zip upload", "backup django-1 write", "backup django-2 write"]);
        real.ExitCode.ShouldBe(0, real.Errors);
        real.Output.ShouldContain("Discrepancies: 1");
        real.Output.ShouldMatch("missing file +backup/django-2 +names 'storage/prod/2.zip'");
        real.Errors.ShouldNotContain("warning:", customMessage: "the table has it");
        again.Json.GetProperty("warnings").EnumerateArray().ShouldHaveSingleItem().GetString()!.ShouldContain("backup/django-2");
        again.Json.GetProperty("counts").GetProperty("written").GetInt64().ShouldBe(0);
        again.Json.GetProperty("counts").GetProperty("unchanged").GetInt64().ShouldBe(2);
    }
}
