using Azure.Data.Tables;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Running;
using Cochin.Functions.Watching;

namespace Cochin.Functions.Tests.Watching;

public sealed class BackupWatchTests(AzuriteServer server) : WatchHarness(server)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Settings = new WatchSettings { BackupsExpected = TimeSpan.FromHours(26), BackupsExpectedOf = new Dictionary<string, TimeSpan> { ["weekly"] = TimeSpan.FromDays(8), ["archive"] = TimeSpan.Zero } };
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
    }

    [Fact]
    public async Task Configuration_WithoutANewBackupInTime_IsToldAndTakenBack()
    {
        await AddAsync("1", "main", "completed", Noon.AddHours(-30));
        await AddAsync("2", "main", "failed", Noon.AddHours(-1));
        await AddAsync("3", "weekly", "completed", Noon.AddDays(-7));
        await AddAsync("4", "archive", "completed", Noon.AddDays(-400));

        await NewWatch().LookAsync(Cancellation);
        await AddAsync("5", "main", "completed", Noon);
        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : main", "Sauvegarde de nouveau à jour : main"]);
        Channel.Embeds[0].ToString().ShouldContain("1 j 6 h");
    }

    [Fact]
    public async Task Configuration_WhoseBackupTookLong_IsJudgedByWhenItEnded()
    {
        await AddAsync("1", "main", "completed", Noon.AddHours(-25), createdAt: Noon.AddHours(-40));
        await AddAsync("2", "weekly", "completed", Noon.AddDays(-9), createdAt: Noon);

        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : weekly"]);
    }

    [Fact]
    public async Task Configuration_ExpectedByNameAndNeverBackedUp_IsTold()
    {
        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : weekly"]);
    }

    [Fact]
    public async Task Configuration_WhoseNewestBackupIsEmpty_StaysInTrouble()
    {
        await AddAsync("1", "main", "completed", Noon.AddDays(-10));
        await AddAsync("2", "weekly", "completed", Noon);
        await NewWatch().LookAsync(Cancellation);
        await AddOperationAsync("backup", "3", ("Configuration", "main"), ("Status", "completed"), ("SizeBytes", 0L), ("CompletedAt", Noon));

        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : main"]);
    }

    [Fact]
    public async Task Configuration_WhoseBackupsAreGone_IsTold()
    {
        await AddAsync("1", "main", "file_missing", Noon);
        await AddAsync("2", "weekly", "completed", Noon);

        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : main"]);
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("complete?")]
    public async Task Configuration_WhoseLastGoodBackupGetsAnotherStatus_StaysInTrouble(string status)
    {
        await AddAsync("1", "main", "completed", Noon.AddHours(-30));
        await AddAsync("2", "weekly", "completed", Noon);
        await NewWatch().LookAsync(Cancellation);
        var change = new TableEntity("backup", "1") { ["Status"] = status };
        await Storage.Operations.UpdateEntityAsync(change, global::Azure.ETag.All, TableUpdateMode.Merge, Cancellation);

        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : main"]);
        (await NoticesAsync()).Values.ShouldContain(notice => notice.Subject == "main");
    }

    [Fact]
    public async Task Configuration_NamedWithMarkup_IsShownAsItIs()
    {
        await AddAsync("1", "@everyone **x**/\n#?", "completed", Noon.AddDays(-2));
        await AddAsync("2", "weekly", "completed", Noon);

        await NewWatch().LookAsync(Cancellation);

        var message = Channel.Delivered.ShouldHaveSingleItem();
        message.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().ShouldBe(0);
        Titles.Single()!.ShouldContain(@"\*\*x\*\*");
    }

    [Fact]
    public async Task Configuration_WhoseTimesProveNothing_IsReported()
    {
        await AddAsync("0", "weekly", "completed", Noon);
        await AddAsync("1", "future", "completed", Noon.AddDays(400));
        await AddOperationAsync("backup", "2", ("Configuration", "unreadable"), ("Status", "completed"), ("CreatedAt", "yesterday"));

        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Sauvegarde en retard : future", "Sauvegarde en retard : unreadable"], ignoreOrder: true);
    }

    [Fact]
    public async Task Watched_Nothing_ReadsNoOperations()
    {
        Settings = new WatchSettings { Digest = null };
        var requests = new CountingPolicy();

        await NewWatch(storage: NewStorage(requests)).LookAsync(Cancellation);

        requests.Count.ShouldBe(2, "the notices and the jobs");
    }

    private Task AddAsync(string id, string configuration, string status, DateTimeOffset completedAt, DateTimeOffset? createdAt = null) => Storage.Operations.AddEntityAsync(
        new TableEntity("backup", id) { ["Configuration"] = configuration, ["Status"] = status, ["CreatedAt"] = createdAt ?? completedAt, ["CompletedAt"] = completedAt }, Cancellation);
}
