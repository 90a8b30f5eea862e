using Azure.Data.Tables;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Notifications.Notices;

public sealed class BackupWatchTests(AzuriteServer server) : WatchHarness(server)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Settings = new WatchSettings
        {
            BackupsExpected = TimeSpan.FromHours(26),
            BackupsExpectedOf = new Dictionary<string, TimeSpan> { ["weekly"] = TimeSpan.FromDays(8), ["archive"] = TimeSpan.Zero },
        };
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
    }

    [Fact]
    public async Task Configuration_WithoutANewBackupInTime_IsAnnouncedAndRecovered()
    {
        await AddAsync("1", "main", "completed", Noon.AddHours(-30));
        await AddAsync("2", "main", "failed", Noon.AddHours(-1));
        await AddAsync("3", "weekly", "completed", Noon.AddDays(-7));
        await AddAsync("4", "archive", "completed", Noon.AddDays(-400));

        await NewWatch().CheckAsync(Cancellation);
        await AddAsync("5", "main", "completed", Noon);
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : main", "Sauvegarde de nouveau à jour : main"]);
        Channel.Embeds[0].ToString().ShouldContain("1 j 6 h");
        Channel.Embeds[0].ToString().ShouldContain("./cochin doctor");
    }

    [Fact]
    public async Task Configuration_OverdueAfterTheClockWasSetBack_IsAnnounced()
    {
        await AddAsync("1", "main", "completed", Noon.AddDays(300));
        await AddAsync("2", "weekly", "completed", Noon.AddDays(300));
        var watch = NewWatch();
        Clock.AdjustTime(Noon.AddDays(300));
        await watch.CheckAsync(Cancellation);
        await Storage.Operations.DeleteEntityAsync("backup", "1", cancellationToken: Cancellation);
        await AddAsync("3", "main", "completed", Noon.AddHours(-30));
        Clock.AdjustTime(Noon);

        await watch.CheckAsync(Cancellation);

        Titles.ShouldContain("Sauvegarde en retard : main");
    }

    [Fact]
    public async Task Configuration_WithALongBackup_UsesItsCompletionTime()
    {
        await AddAsync("1", "main", "completed", Noon.AddHours(-25), createdAt: Noon.AddHours(-40));
        await AddAsync("2", "weekly", "completed", Noon.AddDays(-9), createdAt: Noon);

        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : weekly"]);
    }

    [Fact]
    public async Task Configuration_ExpectedByNameAndNeverBackedUp_IsAnnounced()
    {
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : weekly"]);
    }

    [Fact]
    public async Task Configuration_WithAnEmptyNewestBackup_StaysOverdue()
    {
        await AddAsync("1", "main", "completed", Noon.AddDays(-10));
        await AddAsync("2", "weekly", "completed", Noon);
        await NewWatch().CheckAsync(Cancellation);
        await AddOperationAsync("backup", "3", ("Configuration", "main"), ("Status", "completed"), ("SizeBytes", 0L), ("CompletedAt", Noon));

        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : main"]);
    }

    [Fact]
    public async Task Configuration_WithMissingBackups_IsAnnounced()
    {
        await AddAsync("1", "main", "file_missing", Noon);
        await AddAsync("2", "weekly", "completed", Noon);

        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : main"]);
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("complete?")]
    public async Task Configuration_WhoseLastGoodBackupChangesStatus_StaysOverdue(string status)
    {
        await AddAsync("1", "main", "completed", Noon.AddHours(-30));
        await AddAsync("2", "weekly", "completed", Noon);
        await NewWatch().CheckAsync(Cancellation);
        var change = new TableEntity("backup", "1") { ["Status"] = status };
        await Storage.Operations.UpdateEntityAsync(change, global::Azure.ETag.All, TableUpdateMode.Merge, Cancellation);

        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : main"]);
        (await NoticesAsync()).Values.ShouldContain(notice => notice.Subject == "main");
    }

    [Fact]
    public async Task Configuration_NamedWithMarkup_IsEscaped()
    {
        await AddAsync("1", "@everyone **x**/\n#?", "completed", Noon.AddDays(-2));
        await AddAsync("2", "weekly", "completed", Noon);

        await NewWatch().CheckAsync(Cancellation);

        var message = Channel.Delivered.ShouldHaveSingleItem();
        message.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().ShouldBe(0);
        Titles.Single()!.ShouldContain(@"\*\*x\*\*");
    }

    [Fact]
    public async Task Configuration_WithoutUsableTimes_IsAnnounced()
    {
        await AddAsync("0", "weekly", "completed", Noon);
        await AddAsync("1", "future", "completed", Noon.AddDays(400));
        await AddOperationAsync("backup", "2", ("Configuration", "unreadable"), ("Status", "completed"), ("CreatedAt", "yesterday"));

        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : future", "Sauvegarde en retard : unreadable"], ignoreOrder: true);
    }

    [Fact]
    public async Task Backups_NotWatched_AreStillReadForDamage()
    {
        Settings = new WatchSettings { Digest = null };
        var requests = new CountingPolicy();

        await AddAsync("1", "main", "completed", Noon);
        await NewWatch(storage: NewStorage(requests)).CheckAsync(Cancellation);

        requests.Count.ShouldBe(4, "whether the configurations were lost, the notices with the jobs, the configurations and the operations");
    }

    [Fact]
    public async Task Damage_InAConfiguration_IsAnnouncedOnceRemindedAndRecovered()
    {
        await AddAsync("0", "weekly", "completed", Noon);
        await AddAsync("1", "main", "completed", Noon);
        await AddAsync("2", "main", "completed", Noon.AddHours(-2));
        await DamageAsync("2", "is cut off", Noon.AddHours(-1));

        await NewWatch().CheckAsync(Cancellation);
        await NewWatch().CheckAsync(Cancellation);
        Clock.Advance(TimeSpan.FromHours(25));
        await AddAsync("3", "main", "completed", Noon.AddHours(24));
        await NewWatch().CheckAsync(Cancellation);
        await RepairAsync("2");
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde abîmée : main", "Sauvegarde abîmée : main (rappel)", "Plus de sauvegarde abîmée : main"]);
        var text = Text(0);
        text.ShouldContain("• 2\n");
        text.ShouldNotContain("is cut off", Case.Sensitive, customMessage: "damage is described in English");
        text.ShouldContain("Autres sauvegardes terminées et sans dommage connu : 1.");
        Channel.Embeds[0].ToString().ShouldContain("./cochin verify_backups --backup-id 2");
        (await NoticesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Damage_FoundInAnotherBackupOfAConfiguration_IsAnnouncedAgain()
    {
        Settings = new WatchSettings { Digest = null };
        await AddAsync("1", "main", "completed", Noon);
        await AddAsync("2", "main", "completed", Noon);
        await DamageAsync("1", "is cut off", Noon.AddHours(-1));
        await NewWatch().CheckAsync(Cancellation);
        Clock.Advance(TimeSpan.FromHours(1));
        await DamageAsync("2", "is empty (0 bytes)", Noon.AddMinutes(30));

        await NewWatch().CheckAsync(Cancellation);
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde abîmée : main", "Sauvegarde abîmée : main"]);
        Text(1).ShouldContain("2 sauvegardes ne peuvent pas");
        Text(1).ShouldContain("Il n’y en a pas d’autre");
    }

    [Fact]
    public async Task Backup_ThatIsDamaged_IsNotTheNewestGoodOne()
    {
        await AddAsync("0", "weekly", "completed", Noon);
        await AddAsync("1", "main", "completed", Noon.AddHours(-30));
        await AddAsync("2", "main", "completed", Noon);
        await DamageAsync("2", "is cut off", Noon);

        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde abîmée : main", "Sauvegarde en retard : main"], ignoreOrder: true);
    }

    private string Text(int card) => Channel.Embeds[card].GetProperty("description").GetString()!;

    private Task DamageAsync(string id, string damage, DateTimeOffset since) => Storage.Operations.UpdateEntityAsync(
        new TableEntity("backup", id) { ["Damage"] = damage, ["DamagedAt"] = since }, global::Azure.ETag.All, TableUpdateMode.Merge, Cancellation);

    private async Task RepairAsync(string id)
    {
        var row = (await Storage.Operations.GetEntityAsync<TableEntity>("backup", id, cancellationToken: Cancellation)).Value;
        row.Remove("Damage");
        row.Remove("DamagedAt");
        await Storage.Operations.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
    }

    private Task AddAsync(string id, string configuration, string status, DateTimeOffset completedAt, DateTimeOffset? createdAt = null) =>
        Storage.Operations.AddEntityAsync(
            new TableEntity("backup", id)
            {
                ["Configuration"] = configuration,
                ["Status"] = status,
                ["CreatedAt"] = createdAt ?? completedAt,
                ["CompletedAt"] = completedAt,
            },
            Cancellation);
}
