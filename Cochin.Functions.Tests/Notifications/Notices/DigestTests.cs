using Azure.Data.Tables;
using Cochin.Functions.Backups;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Notifications.Notices;

public sealed class DigestTests(AzuriteServer server) : DigestTest(server)
{
    [Fact]
    public async Task Digest_OfAWeek_IsSentOnceWithItsEvents()
    {
        await NewWatch().CheckAsync(Cancellation); // Tuesday: from here on.
        Clock.Advance(TimeSpan.FromHours(1));
        await FailAsync();
        await SucceedAsync();
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        await AddBackupAsync("1", "completed", Noon.AddDays(-40));
        await AddBackupAsync("2", "completed", Noon);
        await AddBackupAsync("3", "file_missing", Noon);
        await Storage.Backups.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await Storage.Backups.UploadBlobAsync("storage/main/a.zip", BinaryData.FromString("0123456789"), Cancellation);
        Clock.SetUtcNow(new DateTimeOffset(2026, 6, 8, 7, 0, 0, TimeSpan.Zero));

        await NewWatch().CheckAsync(Cancellation);
        await NewWatch().CheckAsync(Cancellation);

        var digest = Digests.Single();
        digest.GetProperty("title").GetString().ShouldBe("Bilan du 1 juin au 8 juin 2026");
        Field(digest, "Exécutions").ShouldBe("2");
        Field(digest, "Échecs").ShouldBe("nightly : 1");
        Field(digest, "Sauvegardes présentes / manquantes").ShouldBe("2 / 1");
        Field(digest, "La plus ancienne").ShouldStartWith("23/04/2026");
        Field(digest, "Stockage utilisé").ShouldBe("1 fichiers, 10 o");
    }

    [Theory]
    [InlineData("last Monday")]
    [InlineData("2500-01-01T00:00:00Z")]
    public async Task Digest_AfterARowWithoutAUsableTime_IsSentAgain(string since)
    {
        await Storage.Jobs.CreateIfNotExistsAsync(Cancellation);
        await Storage.Jobs.AddEntityAsync(new TableEntity(Notice.Partition, "digest") { ["Since"] = since }, Cancellation);
        await NewWatch().CheckAsync(Cancellation);
        Clock.SetUtcNow(new DateTimeOffset(2026, 6, 8, 7, 0, 0, TimeSpan.Zero));

        await NewWatch().CheckAsync(Cancellation);

        Digests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Digest_WithOverdueOrNeverCreatedBackups_ListsThem()
    {
        Settings = Settings with
        {
            BackupsExpected = TimeSpan.FromHours(26), BackupsExpectedOf = new Dictionary<string, TimeSpan> { ["never"] = TimeSpan.FromHours(26) },
        };
        await NewWatch().CheckAsync(Cancellation);
        var monday = new DateTimeOffset(2026, 6, 8, 7, 0, 0, TimeSpan.Zero);
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("Configuration", "main"), ("CompletedAt", monday.AddHours(-30)), ("SizeBytes", 7L));
        await AddOperationAsync("backup", "2", ("Status", "completed"), ("Configuration", "main"), ("CompletedAt", monday), ("SizeBytes", 0L));
        Clock.SetUtcNow(monday);

        await NewWatch().CheckAsync(Cancellation);

        var digest = Channel.Embeds.Single(embed => embed.GetProperty("title").GetString()!.StartsWith("Bilan du", StringComparison.Ordinal));
        digest.GetProperty("description").GetString().ShouldBe("Des points demandent un regard.");
        Field(digest, "Sauvegardes en retard").ShouldBe("never : aucune\nmain : 1 j 6 h");
        Field(digest, "Sauvegardes présentes / manquantes").ShouldBe("1 / 0");
        Field(digest, "Sauvegardes vérifiées").ShouldBe("0 sur 2");
    }

    [Theory]
    [InlineData("fr-FR", "Sauvegardes vérifiées", "2 sur 3, la vérification la plus ancienne date d’il y a 12 jours", "Sauvegardes abîmées", "main : 1")]
    [InlineData("en-GB", "Backups verified", "2 of 3 verified, the oldest check 12 days ago", "Backups damaged", "main: 1")]
    public void Digest_WithVerifiedAndDamagedBackups_CountsThem(string culture, string verified, string text, string damaged, string list)
    {
        var settings = new DiscordSettings { Culture = System.Globalization.CultureInfo.GetCultureInfo(culture), TimeZone = Paris };
        var digest = new Digest(Noon.AddDays(-7), Noon)
        {
            BackupsCompleted = 3, BackupsVerified = 2, OldestCheck = Noon.AddDays(-12), Damaged = [new BackupSummary("main") { Damaged = 1 }],
        };

        var card = new DigestCard(settings).Write(digest);

        digest.IsHealthy.ShouldBeFalse();
        card.Fields.ShouldContain(field => field.Name == verified && field.Value == text);
        card.Fields.ShouldContain(field => field.Name == damaged && field.Value == list);
    }

    [Fact]
    public async Task Digest_WithAFailedTaskOfAJobsName_CountsNoFailureOfTheJob()
    {
        var job = Job() with { Name = ScriptedTask.TaskName };
        await NewWatch(job).CheckAsync(Cancellation);
        Clock.Advance(TimeSpan.FromHours(1));
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        await NewRunner(job).RunTaskAsync(new ScriptedOptions(), Cochin.Functions.Runs.RunObserver.None, Cancellation);
        Clock.SetUtcNow(new DateTimeOffset(2026, 6, 8, 7, 0, 0, TimeSpan.Zero));

        await NewWatch(job).CheckAsync(Cancellation);

        var digest = Channel.Embeds.Single(embed => embed.GetProperty("title").GetString()!.StartsWith("Bilan du", StringComparison.Ordinal));
        Field(digest, "Exécutions").ShouldBe("1");
        Field(digest, "Échecs").ShouldBe("0");
    }

    [Fact]
    public async Task Totals_OfAllRuns_FollowTheDescriptionsOfTheTasks()
    {
        await NewWatch().CheckAsync(Cancellation);
        Clock.Advance(TimeSpan.FromHours(1));
        await RecordAsync("cleanup_temp_files", [new("deleted", 3), new("freed", 99)], [new("scanned", 9_000), new("freed", 1_024)]);
        await RecordAsync("cleanup_temp_files", [new("deleted", 4)], [new("freed", 512)]);
        await RecordAsync("check_devis_notifications", [new("startSent", 1), new("endSent", 2), new("deleted", 7)], []);
        await RecordAsync("rebuild_backup_paths", [new("registered", 5), new("healed", 6)], [new("registered", 1)]);
        Clock.SetUtcNow(new DateTimeOffset(2026, 6, 8, 7, 0, 0, TimeSpan.Zero));

        var history = new RunHistory(Storage, Clock, new RunHistoryOptions());
        var digest = await new DigestSource(new JobCatalog([Job() with { Name = "any" }]), new JobStates(Storage), history, Storage, new WatchSettings())
            .ReadAsync(Clock.GetUtcNow().AddDays(-7), Clock.GetUtcNow(), Clock.GetUtcNow(), Cancellation);

        digest.Work.Select(work => (work.Field.Caption.English, string.Join(' ', work.Numbers))).ShouldBe(
            [("Alerts sent", "3"), ("Temporary files removed", "7 1536"), ("Stuck operations ended", "0"), ("Backups registered or healed", "5 6"),
                ("Backups verified / damaged / bytes read", "0 0 0"), ("Backups pruned", "0 0"), ("Backups copied from Django", "0 0")]);
        var card = new DigestCard(new DiscordSettings { Culture = System.Globalization.CultureInfo.GetCultureInfo("fr-FR") }).Write(digest);
        card.Fields.Single(field => field.Name == "Fichiers temporaires supprimés").Value.ShouldBe("7 (1,5 Kio)");
    }

    [Fact]
    public async Task Digest_NotDelivered_IsSentLaterAndTheNextOnTime()
    {
        await NewWatch().CheckAsync(Cancellation);
        Clock.SetUtcNow(new DateTimeOffset(2026, 6, 8, 7, 0, 0, TimeSpan.Zero));
        Channel.Answer(503);
        await NewWatch().CheckAsync(Cancellation);
        Titles.ShouldBeEmpty();
        Clock.Advance(TimeSpan.FromHours(1));
        await NewWatch().CheckAsync(Cancellation);
        Clock.Advance(TimeSpan.FromDays(7));
        await NewWatch().CheckAsync(Cancellation);

        Titles.Where(title => title!.StartsWith("Bilan", StringComparison.Ordinal))
            .ShouldBe(["Bilan du 1 juin au 8 juin 2026", "Bilan du 8 juin au 15 juin 2026"]);
    }
}
