using Azure.Data.Tables;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Notifications.Notices;

/// <summary>A table has lost its rows: that is no sign that an incident about backups is over.</summary>
public sealed class LostTableNoticeTests(AzuriteServer server) : WatchHarness(server)
{
    private const string OverdueTitle = "Sauvegarde en retard : main";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Settings = new WatchSettings { Digest = null };
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        await Storage.Configurations.CreateIfNotExistsAsync(Cancellation);
        await Storage.System.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await Storage.Configurations.AddEntityAsync(
            new TableEntity(BackupConfiguration.Partition, "main") { ["Name"] = "main", ["Frequency"] = "daily", ["IsActive"] = true }, Cancellation);
        await Storage.Operations.AddEntityAsync(
            new TableEntity("backup", "1") { ["Configuration"] = "main", ["Status"] = "completed", ["CompletedAt"] = Noon.AddHours(-30) }, Cancellation);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Notice_ThatWasSent_IsKept(bool losesOperations)
    {
        await NewWatch().CheckAsync(Cancellation);
        await EmptyAsync(losesOperations);

        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe([OverdueTitle]);
        (await NoticesAsync()).Values.ShouldHaveSingleItem().SentAt.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Notice_ThatCouldNotBeSent_IsKept(bool losesOperations)
    {
        Channel.Answer(500);
        await NewWatch().CheckAsync(Cancellation);
        await EmptyAsync(losesOperations);
        Clock.Advance(TimeSpan.FromMinutes(2));

        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBeEmpty();
        (await NoticesAsync()).Values.ShouldHaveSingleItem().Subject.ShouldBe("main");
    }

    private async Task EmptyAsync(bool operations)
    {
        var (table, partition, key) = operations ? (Storage.Operations, "backup", "1") : (Storage.Configurations, BackupConfiguration.Partition, "main");
        await MissingTable.RememberAsync(Storage, table, isDryRun: false, Cancellation);
        await table.DeleteEntityAsync(partition, key, cancellationToken: Cancellation);
    }
}
