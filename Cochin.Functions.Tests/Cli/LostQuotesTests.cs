using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>The quotes table was lost after alerts were sent, so an import would send those of a week again.</summary>
public sealed class LostQuotesTests(AzuriteServer server) : CommandTest(server)
{
    private readonly string file = Path.Combine(Path.GetTempPath(), $"cochin-test-{Guid.NewGuid():N}.csv");

    private string Trace => $"seen/{Names.BackupContainer}/{Storage.Devis.Name}";

    public override async ValueTask DisposeAsync()
    {
        File.Delete(file);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Devis_TableThatWasReadBefore_IsNotImportedAgain()
    {
        await SeeAsync();
        await Storage.Devis.DeleteAsync(Cancellation);

        await ShouldBeRefusedAsync(Names, $"The table '{Storage.Devis.Name}' does not exist, although earlier runs read it.");

        (await MissingTable.FindAsync(Storage, Storage.Devis, Cancellation)).ShouldNotBeNull("none was made");
        await ConsentAsync();
        (await RunAsync("devis", "list")).Output.ShouldContain("There are no quotes.");
        (await RunAsync("devis", "import", file)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Devis_TableThatHasLostItsRows_IsNotFilledAgain()
    {
        await SeeAsync();
        await Storage.Devis.DeleteEntityAsync(DevisRow.Partition, "D-1", cancellationToken: Cancellation);

        await ShouldBeRefusedAsync(Names, $"The table '{Storage.Devis.Name}' is empty, although earlier runs read rows of it.");

        (await Storage.Devis.QueryAsync<TableEntity>(cancellationToken: Cancellation).AnyAsync(Cancellation)).ShouldBeFalse();
        await ConsentAsync();
        (await RunAsync("devis", "import", file)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Devis_WithAnotherPrefixThanBefore_IsNotImported()
    {
        await SeeAsync();
        var names = Names with { TablePrefix = Names.TablePrefix + "x" };

        await ShouldBeRefusedAsync(names, $"The table '{names.TablePrefix}Devis' does not exist, although earlier runs read '{Storage.Devis.Name}'.");

        var wrong = NewStorage(names);
        (await MissingTable.FindAsync(wrong, wrong.Devis, Cancellation)).ShouldNotBeNull("none was made");
    }

    /// <summary>Imports a quote and has the alerts read it. None is due.</summary>
    private async Task SeeAsync()
    {
        await File.WriteAllTextAsync(
            file, "numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme\nD-1,1,true,2020-01-01,2020-01-31,x\n", Cancellation);
        (await RunAsync("devis", "import", file)).ExitCode.ShouldBe(0);
        var alerts = await RunAsync(Names, "check_devis_notifications", "--force");
        alerts.ExitCode.ShouldBe(0, alerts.Errors);
    }

    private async Task ShouldBeRefusedAsync(StorageNames names, string finding)
    {
        foreach (var arguments in new[] { new[] { "devis", "import", file, "--json" }, ["devis", "list", "--json"] })
        {
            var result = await RunAsync(names, arguments);

            result.ExitCode.ShouldBe(1, result.Output);
            result.Error.GetProperty("message").GetString().ShouldBe(finding);
            result.Error.GetProperty("hint").GetString()!.ShouldContain($"delete the blob {Trace} in the container '{Names.SystemContainer}'.");
        }
    }

    private Task ConsentAsync() => Storage.System.DeleteBlobAsync(Trace, cancellationToken: Cancellation);

    // A webhook that is not used.
    private Task<CommandResult> RunAsync(StorageNames names, params string[] arguments) => CochinCommand.RunAsync(
        [
            .. Settings.Where(setting => setting.Key != "Cochin__Storage__TablePrefix"),
            new("Cochin__Storage__TablePrefix", names.TablePrefix),
            new("Cochin__Discord__WebhookUrl", "http://127.0.0.1:9/"),
            new("Cochin__Discord__AllowAnyHost", "true"),
        ],
        arguments);
}
