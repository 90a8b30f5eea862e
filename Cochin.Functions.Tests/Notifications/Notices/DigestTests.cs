using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Notifications.Notices;

public sealed class DigestTests(AzuriteServer server) : WatchHarness(server)
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Followers.Clear();
        JobSchedule.TryParse("0 0 9 * * 1", Paris, out var mondays, out _).ShouldBeTrue();
        Settings = new WatchSettings { Digest = mondays };
    }

    [Fact]
    public async Task Week_IsToldOnceWithWhatHappenedInIt()
    {
        await NewWatch().LookAsync(Cancellation); // Tuesday: from here on.
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

        await NewWatch().LookAsync(Cancellation);
        await NewWatch().LookAsync(Cancellation);

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
    public async Task Week_AfterARowWithoutAUsableTime_IsToldAgain(string since)
    {
        await Storage.Jobs.CreateIfNotExistsAsync(Cancellation);
        await Storage.Jobs.AddEntityAsync(new TableEntity(Notice.Partition, "digest") { ["Since"] = since }, Cancellation);
        await NewWatch().LookAsync(Cancellation);
        Clock.SetUtcNow(new DateTimeOffset(2026, 6, 8, 7, 0, 0, TimeSpan.Zero));

        await NewWatch().LookAsync(Cancellation);

        Digests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Week_WithBackupsOverdueOrNeverMade_NamesThem()
    {
        Settings = Settings with
        {
            BackupsExpected = TimeSpan.FromHours(26), BackupsExpectedOf = new Dictionary<string, TimeSpan> { ["never"] = TimeSpan.FromHours(26) },
        };
        await NewWatch().LookAsync(Cancellation);
        var monday = new DateTimeOffset(2026, 6, 8, 7, 0, 0, TimeSpan.Zero);
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("Configuration", "main"), ("CompletedAt", monday.AddHours(-30)), ("SizeBytes", 7L));
        await AddOperationAsync("backup", "2", ("Status", "completed"), ("Configuration", "main"), ("CompletedAt", monday), ("SizeBytes", 0L));
        Clock.SetUtcNow(monday);

        await NewWatch().LookAsync(Cancellation);

        var digest = Channel.Embeds.Single(embed => embed.GetProperty("title").GetString()!.StartsWith("Bilan du", StringComparison.Ordinal));
        digest.GetProperty("description").GetString().ShouldBe("Des points demandent un regard.");
        Field(digest, "Sauvegardes en retard").ShouldBe("never : aucune\nmain : 1 j 6 h");
        Field(digest, "Sauvegardes présentes / manquantes").ShouldBe("1 / 0");
        Field(digest, "Sauvegardes vérifiées").ShouldBe("0 sur 2");
    }

    [Theory]
    [InlineData("fr-FR", "Sauvegardes vérifiées", "2 sur 3, la vérification la plus ancienne date d’il y a 12 jours", "Sauvegardes abîmées", "main : 1")]
    [InlineData("en-GB", "Backups verified", "2 of 3 verified, the oldest check 12 days ago", "Backups damaged", "main: 1")]
    public void Week_WithVerifiedAndDamagedBackups_CountsThem(string culture, string verified, string text, string damaged, string list)
    {
        var settings = new DiscordSettings { Culture = System.Globalization.CultureInfo.GetCultureInfo(culture), TimeZone = Paris };
        var digest = new Digest(Noon.AddDays(-7), Noon)
        {
            BackupsCompleted = 3, BackupsVerified = 2, OldestCheck = Noon.AddDays(-12), Damaged = [new BackupStanding("main") { Damaged = 1 }],
        };

        var card = new DigestCard(settings).Write(digest);

        digest.IsHealthy.ShouldBeFalse();
        card.Fields.ShouldContain(field => field.Name == verified && field.Value == text);
        card.Fields.ShouldContain(field => field.Name == damaged && field.Value == list);
    }

    [Theory]
    [InlineData(60, 1, 1)]
    [InlineData(60, -1, 0)]
    [InlineData(1, 1, 1)]
    public async Task Run_ThatBeganLongBeforeTheWeek_IsCountedByItsEnd(int daysBefore, int hoursAfter, int runs)
    {
        var from = Clock.GetUtcNow();
        var history = new RunHistory(Storage, Clock, new RunHistoryOptions());
        var report = new RunReport
        {
            Job = "nightly", Task = "cleanup_temp_files", RunId = RunKeys.NewRunId(from.AddDays(-daysBefore)), Trigger = RunTrigger.Scheduled, DryRun = false,
            StartedAt = from.AddDays(-daysBefore), Duration = TimeSpan.FromDays(daysBefore) + TimeSpan.FromHours(hoursAfter),
            Result = new TaskResult { Outcome = Outcome.Completed },
        };
        await history.AddAsync(report, Cancellation);

        var source = new DigestSource(new JobCatalog([Job()]), new JobStates(Storage), history, Storage, new WatchSettings());
        var digest = await source.ReadAsync(from, from.AddDays(7), from.AddDays(7), Cancellation);

        digest.Runs.ShouldBe(runs);
    }

    [Fact]
    public async Task Week_WithATypedTaskThatFailed_IsNoFailureOfTheJobOfItsName()
    {
        var job = Job() with { Name = ScriptedTask.TaskName };
        await NewWatch(job).LookAsync(Cancellation);
        Clock.Advance(TimeSpan.FromHours(1));
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        await NewRunner(job).RunTaskAsync(new ScriptedOptions(), Cochin.Functions.Runs.RunObserver.None, Cancellation);
        Clock.SetUtcNow(new DateTimeOffset(2026, 6, 8, 7, 0, 0, TimeSpan.Zero));

        await NewWatch(job).LookAsync(Cancellation);

        var digest = Channel.Embeds.Single(embed => embed.GetProperty("title").GetString()!.StartsWith("Bilan du", StringComparison.Ordinal));
        Field(digest, "Exécutions").ShouldBe("1");
        Field(digest, "Échecs").ShouldBe("0");
    }

    [Fact]
    public async Task Work_OfAllRuns_IsAddedUpAsTheTasksDescribeIt()
    {
        await NewWatch().LookAsync(Cancellation);
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
                ("Backups verified / damaged / read", "0 0 0"), ("Backups pruned", "0 0")]);
        var card = new DigestCard(new DiscordSettings { Culture = System.Globalization.CultureInfo.GetCultureInfo("fr-FR") }).Write(digest);
        card.Fields.Single(field => field.Name == "Fichiers temporaires supprimés").Value.ShouldBe("7 (1,5 Kio)");
    }

    [Fact]
    public async Task WebhookAway_IsToldLaterAndTheNextComesInItsTurn()
    {
        await NewWatch().LookAsync(Cancellation);
        Clock.SetUtcNow(new DateTimeOffset(2026, 6, 8, 7, 0, 0, TimeSpan.Zero));
        Channel.Answer(503);
        await NewWatch().LookAsync(Cancellation);
        Titles.ShouldBeEmpty();
        Clock.Advance(TimeSpan.FromHours(1));
        await NewWatch().LookAsync(Cancellation);
        Clock.Advance(TimeSpan.FromDays(7));
        await NewWatch().LookAsync(Cancellation);

        Titles.Where(title => title!.StartsWith("Bilan", StringComparison.Ordinal)).ShouldBe(["Bilan du 1 juin au 8 juin 2026", "Bilan du 8 juin au 15 juin 2026"]);
    }

    [Fact]
    public async Task RunBetweenTheDueTimeAndTheSending_IsInTheNextDigest()
    {
        await NewWatch().LookAsync(Cancellation);
        Clock.SetUtcNow(Monday.AddHours(1));
        await SucceedAsync();
        Clock.SetUtcNow(Monday.AddHours(2));

        await NewWatch().LookAsync(Cancellation);
        Clock.SetUtcNow(Monday.AddDays(7));
        await NewWatch().LookAsync(Cancellation);

        Runs().ShouldBe(["0", "1"]);
    }

    [Fact]
    public async Task RunThatEndsAfterTheDueTime_IsInTheNextDigest()
    {
        await NewWatch().LookAsync(Cancellation);
        var running = Report(Monday.AddMinutes(-10), new TaskResult { Outcome = Outcome.Running });
        var history = new RunHistory(Storage, Clock, HistoryOptions);
        var version = await history.AddAsync(running, Cancellation);
        Clock.SetUtcNow(Monday);
        await NewWatch().LookAsync(Cancellation);

        await history.CloseAsync(running with { Result = ScriptedTask.Done, Duration = TimeSpan.FromMinutes(15) }, version, Cancellation);
        Clock.SetUtcNow(Monday.AddDays(7));
        await NewWatch().LookAsync(Cancellation);

        Runs().ShouldBe(["0", "1"]);
    }

    [Fact]
    public async Task RunThatEndsAtTheDueTime_IsInTheNextDigestAlone()
    {
        await NewWatch().LookAsync(Cancellation);
        await new RunHistory(Storage, Clock, HistoryOptions).AddAsync(Report(Monday, ScriptedTask.Done), Cancellation);
        Clock.SetUtcNow(Monday.AddMinutes(1));
        await NewWatch().LookAsync(Cancellation);
        Clock.SetUtcNow(Monday.AddDays(7));
        await NewWatch().LookAsync(Cancellation);

        Runs().ShouldBe(["0", "1"]);
    }

    [Fact]
    public async Task WorkThatTookTwoRuns_IsCountedOnce()
    {
        await NewWatch().LookAsync(Cancellation);
        var history = new RunHistory(Storage, Clock, HistoryOptions);
        var done = ScriptedTask.Done with { Counts = [new("deleted", 5)] };
        await history.AddAsync(Cleanup(Monday.AddHours(-3), done.Unfinished()), Cancellation);
        await history.AddAsync(Cleanup(Monday.AddHours(-2), done with { Counts = [new("deleted", 9)] }), Cancellation);
        Clock.SetUtcNow(Monday);

        await NewWatch().LookAsync(Cancellation);

        Runs().ShouldBe(["1"]);
        Field(Digests.Single(), "Fichiers temporaires supprimés").ShouldNotBeNull().ShouldStartWith("9 ");
    }

    [Fact]
    public async Task ReadingOutlastsTheClaim_AnotherProcessSendsIt_IsSentOnce()
    {
        await NewWatch().LookAsync(Cancellation);
        Clock.SetUtcNow(Monday);
        var other = NewWatch(storage: NewStorage());
        var slow = new InterveningPolicy(IsListing, async () =>
        {
            Clock.Advance(TimeSpan.FromHours(2));
            await other.LookAsync(Cancellation);
        });

        await NewWatch(storage: NewStorage(slow)).LookAsync(Cancellation);

        slow.Met.ShouldBeTrue();
        Digests.ShouldHaveSingleItem();
        (await NoticesAsync())["digest"].Since.ShouldBe(Monday);
    }

    [Fact]
    public async Task ReadingTakesLong_FailureMeanwhile_IsReportedAtOnce()
    {
        await NewWatch().LookAsync(Cancellation);
        Clock.SetUtcNow(Monday);
        Watch? watch = null;
        IReadOnlyList<string?> meanwhile = [];
        var slow = new InterveningPolicy(IsListing, async () =>
        {
            await FailAsync();
            await watch!.LookAtJobsAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
            meanwhile = [.. Titles];
        });

        watch = NewWatch(storage: NewStorage(slow));
        await watch.LookAsync(Cancellation);

        meanwhile.ShouldBe(["Échec : nightly"]);
        Digests.ShouldHaveSingleItem();
    }

    // The listing of all backups, not that of the traces of tables.
    private static bool IsListing(Request request) =>
        request.Uri.Query.Contains("comp=list", StringComparison.Ordinal) && !request.Uri.Query.Contains("prefix=seen", StringComparison.Ordinal);

    private static readonly DateTimeOffset Monday = new(2026, 6, 8, 7, 0, 0, TimeSpan.Zero);

    private IEnumerable<JsonElement> Digests => Channel.Embeds.Where(embed => embed.GetProperty("title").GetString()!.StartsWith("Bilan du", StringComparison.Ordinal));

    private IEnumerable<string?> Runs() => Digests.Select(embed => Field(embed, "Exécutions"));

    private static RunReport Cleanup(DateTimeOffset startedAt, TaskResult result) => Report(startedAt, result) with { Task = "cleanup_temp_files" };

    private static RunReport Report(DateTimeOffset startedAt, TaskResult result) =>
        new() { Job = JobName, Task = ScriptedTask.TaskName, RunId = RunKeys.NewRunId(startedAt), Trigger = RunTrigger.Scheduled, DryRun = false, StartedAt = startedAt, Result = result };

    private static string? Field(JsonElement embed, string name) =>
        embed.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == name).GetProperty("value").GetString();

    private Task RecordAsync(string task, IReadOnlyList<KeyValuePair<string, long>> counts, IReadOnlyList<KeyValuePair<string, long>> bytes) =>
        new RunHistory(Storage, Clock, new RunHistoryOptions()).AddAsync(
            new RunReport
            {
                Job = "any", Task = task, RunId = RunKeys.NewRunId(Clock.GetUtcNow()), Trigger = RunTrigger.Scheduled, DryRun = false, StartedAt = Clock.GetUtcNow(),
                Result = new TaskResult { Outcome = Outcome.Completed, Counts = counts, Bytes = bytes },
            },
            Cancellation);

    private Task AddBackupAsync(string id, string status, DateTimeOffset at) => Storage.Operations.AddEntityAsync(
        new TableEntity("backup", id) { ["Status"] = status, ["CreatedAt"] = at.AddDays(-100), ["CompletedAt"] = at }, Cancellation);
}
