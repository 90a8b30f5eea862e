using Azure.Data.Tables;
using Cochin.Functions.Backups;
using Cochin.Functions.Devis;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>Records that are no longer in the database: the report says what their rows still cause, and what ends that.</summary>
public sealed class GoneRecordTests(AzuriteServer server) : SyncTest(server)
{
    private const string Header = "Numero Devis,Montant,Statut,Date Debut,Date Rendu,Agent Plateforme";

    [Fact]
    public async Task Run_ActiveQuoteThatIsGone_SaysWhatEndsItsAlertsAndThatDoes()
    {
        Django.AddQuote(1, "DV/1");
        await RunAsync();
        Django.Execute("DELETE FROM database_dynamicrecord");

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Warnings.ShouldHaveSingleItem().ShouldBe(
            "devis/django-1 is no longer in the database; its row stays and is active, so the alerts of 'DV/1' are still sent. To end them, import it with the "
                + "statut False: `./cochin devis import FILE`.");

        await new DevisTable(Storage).ImportAsync(DevisCsv.Parse($"{Header}\nDV/1,980.5,False,2026-11-30,2026-12-15,Agence Nord"), Cancellation);

        var again = await RunAsync();
        again.Warnings.ShouldHaveSingleItem().ShouldBe("devis/django-1 is no longer in the database; its row stays.");
        DevisRow.From(await QuoteAsync("django-1")).Statut.ShouldBe(false);
    }

    [Fact]
    public async Task Import_OfAQuoteWithTwoRowsThatAreGone_SaysHowToEndTheAlertsOfBothAndThatDoes()
    {
        Django.AddQuote(1, "DV/1");
        Django.AddQuote(2, "DV/1");
        await RunAsync();
        Django.Execute("DELETE FROM database_dynamicrecord");
        (await RunAsync()).Warnings.Count(warning => warning.Contains("`./cochin devis import FILE`", StringComparison.Ordinal)).ShouldBe(2);
        var file = DevisCsv.Parse($"{Header}\nDV/1,980.5,False,2026-11-30,2026-12-15,Agence Nord");

        (await new DevisTable(Storage).ImportAsync(file, Cancellation)).Problems.ShouldHaveSingleItem().Reason.ShouldEndWith(
            $"(django-1, django-2), so it is not known which one to update. Make all but one inactive and import it again: `az storage entity merge "
                + $"--auth-mode login --account-name ACCOUNT --table-name {Storage.Devis.Name} --entity PartitionKey=devis RowKey=KEY Statut=false`");

        // The command writes text.
        await Storage.Devis.UpdateEntityAsync(
            new TableEntity("devis", "django-1") { ["Statut"] = "false" }, Azure.ETag.All, TableUpdateMode.Merge, Cancellation);
        (await new DevisTable(Storage).ImportAsync(file, Cancellation)).Updated.ShouldBe(1);

        DevisRow.From(await QuoteAsync("django-1")).Statut.ShouldBe(false);
        DevisRow.From(await QuoteAsync("django-2")).Statut.ShouldBe(false);
    }

    [Fact]
    public async Task Run_ActiveConfigurationThatIsGone_SaysWhatEndsItsNoticesAndThatDoes()
    {
        Django.AddConfiguration(1, "Daily Backup");
        Django.AddBackupWithFile(1, ("configuration_id", 1L));
        await RunAsync();
        Django.Execute("UPDATE backup_manager_backupconfiguration SET name = 'Nightly'");

        var result = await RunAsync();

        result.Warnings.ShouldContain(
            "configuration/Daily=20Backup is no longer in the database; its row stays and is active, so a notice is sent if 'Daily Backup' has no new backup "
                + $"in time. To end that: `az storage entity merge --auth-mode login --account-name ACCOUNT --table-name {Storage.Configurations.Name} "
                + "--entity PartitionKey=configuration RowKey=Daily=20Backup IsActive=false`.");
        (await OverdueAsync()).ShouldContain("Daily Backup");

        // The command writes text.
        await Storage.Configurations.UpdateEntityAsync(
            new TableEntity("configuration", "Daily=20Backup") { ["IsActive"] = "false" }, Azure.ETag.All, TableUpdateMode.Merge, Cancellation);

        (await OverdueAsync()).ShouldNotContain("Daily Backup");
        (await RunAsync()).Warnings.ShouldContain("configuration/Daily=20Backup is no longer in the database; its row stays.");
        (await OverdueAsync()).ShouldNotContain("Daily Backup");
    }

    private async Task<List<string>> OverdueAsync()
    {
        var ages = new ExpectedAges(TimeSpan.Zero, new Dictionary<string, TimeSpan>());
        var summaries = await BackupTally.ReadAsync(Storage, ages, TimeProvider.System.GetUtcNow().AddDays(10), Cancellation);
        return [.. summaries.Where(summary => summary.IsOverdue).Select(summary => summary.Configuration)];
    }
}
