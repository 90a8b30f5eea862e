using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>Operations and backups in the status.</summary>
public sealed class StatusOperationsTests(AzuriteServer server) : StatusTest(server)
{
    [Fact]
    public async Task ReadAsync_RunningAndCompletedOperations_AreRead()
    {
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("Configuration", "daily"), ("CompletedAt", Now.AddHours(-30)), ("SizeBytes", 5L));
        await AddOperationAsync("backup", "2", ("Status", "failed"), ("Configuration", "daily"), ("CompletedAt", Now));
        await AddOperationAsync("restore", "3", ("Status", "completed"), ("CompletedAt", Now));
        await AddOperationAsync("restore", "4", ("Status", "running"), ("StartedAt", Now.AddHours(-7)), ("Name", "<b>"));

        var operations = (await ReadAsync()).Operations;

        operations.Backups.ShouldHaveSingleItem()
            .ShouldBe(new StatusBackup("daily", 1, Now.AddHours(-30).UtcDateTime, 30 * 3_600, 5) { Oldest = Now.AddHours(-30).UtcDateTime });
        var startedAt = Now.AddHours(-7).UtcDateTime;
        operations.Running.ShouldHaveSingleItem().ShouldBe(new StatusOperation("restore", "4", "<b>", "running", startedAt, startedAt, Silent: true));
    }

    [Fact]
    public async Task ReadAsync_OldBackup_IsOverdue()
    {
        Watch = new WatchSettings { BackupsExpected = TimeSpan.FromHours(26) };
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        foreach (var (configuration, age) in new[] { ("daily", 30), ("fresh", 2) })
        {
            var row = new TableEntity("backup", configuration)
            {
                ["Status"] = "completed",
                ["Configuration"] = configuration,
                ["CompletedAt"] = Now.AddHours(-age),
            };
            await Storage.Operations.AddEntityAsync(row, Cancellation);
        }

        var status = await ReadAsync();

        status.Operations.Backups.Select(backup => (backup.Configuration, backup.Overdue)).ShouldBe([("daily", true), ("fresh", false)]);
        status.Health.Level.ShouldBe(HealthLevel.Trouble);
        status.Health.Problems.ShouldContain(problem => problem.Text.Contains("daily"));
    }

    [Fact]
    public async Task ReadAsync_ExpectedBackupDoesNotExist_IsOverdue()
    {
        Watch = new WatchSettings { BackupsExpectedOf = new Dictionary<string, TimeSpan> { ["main"] = TimeSpan.FromHours(26) } };

        var status = await ReadAsync();

        status.Operations.Backups.ShouldHaveSingleItem().ShouldBe(new StatusBackup("main", 0, null, null, 0, Overdue: true));
        status.Health.Level.ShouldBe(HealthLevel.Trouble);
        status.Health.Sentence.ShouldBe("There is no backup of main, though one is expected.");
        PageHtml.Write(status).ShouldContain("none, overdue");
        PageFiles.ToJson(status).ShouldContain("\"overdue\": true");
    }

    [Fact]
    public async Task ReadAsync_EmptyBackup_DoesNotCount()
    {
        Watch = new WatchSettings { BackupsExpected = TimeSpan.FromHours(26) };
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("Configuration", "main"), ("CompletedAt", Now.AddHours(-30)), ("SizeBytes", 7L));
        await AddOperationAsync("backup", "2", ("Status", "completed"), ("Configuration", "main"), ("CompletedAt", Now), ("SizeBytes", 0L));

        var status = await ReadAsync();

        var backup = status.Operations.Backups.ShouldHaveSingleItem();
        backup.ShouldBe(
            new StatusBackup("main", 1, Now.AddHours(-30).UtcDateTime, 30 * 3_600, 7, Overdue: true, Empty: 1) { Oldest = Now.AddHours(-30).UtcDateTime });
        PageHtml.Write(status).ShouldContain("1 (1 empty)");
    }

    [Fact]
    public async Task ReadAsync_NewestBackupWithoutFile_DoesNotCount()
    {
        Watch = new WatchSettings { BackupsExpected = TimeSpan.FromHours(26) };
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("Configuration", "main"), ("CompletedAt", Now.AddHours(-30)), ("SizeBytes", 7L));
        await AddOperationAsync("backup", "2", ("Status", "completed"), ("Configuration", "main"), ("CompletedAt", Now), ("FileMissing", true));

        var status = await ReadAsync();

        status.Operations.Backups.ShouldHaveSingleItem().ShouldBe(
            new StatusBackup("main", 1, Now.AddHours(-30).UtcDateTime, 30 * 3_600, 7, Overdue: true) { Oldest = Now.AddHours(-30).UtcDateTime });
        status.Health.Level.ShouldBe(HealthLevel.Trouble);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadAsync_OperationsNotReadCompletely_BackupsAreNotChecked(bool isSlow)
    {
        Watch = new WatchSettings { BackupsExpected = TimeSpan.FromHours(26) };
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        var rows = Enumerable.Range(0, 1_001).Select(i => new TableEntity("backup", $"b{i:0000}")
        {
            ["Status"] = "completed", ["Configuration"] = "main", ["CompletedAt"] = Now.AddHours(i == 1_000 ? -1 : -100),
        });
        foreach (var batch in rows.Chunk(100))
        {
            await Storage.Operations.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)), Cancellation);
        }

        var pages = 0;
        var secondPage = new RequestHook(request =>
        {
            if (!RequestHook.IsQuery(request) || !request.Uri.Path.Contains("Operations", StringComparison.Ordinal) || ++pages < 2)
            {
                return Task.CompletedTask;
            }

            Clock.Advance(TimeSpan.FromSeconds(16));
            return isSlow ? Task.CompletedTask : throw new Azure.RequestFailedException(403, "Refused by the test.", "AuthorizationFailure", null);
        });

        var status = await NewSource(secondPage).ReadAsync(Cancellation);

        pages.ShouldBe(2);
        status.Operations.BackupsRead.ShouldBeFalse();
        status.Operations.Backups.ShouldBeEmpty();
        status.Operations.Note.ShouldNotBeNull().ShouldContain("not checked");
        status.Health.Level.ShouldBe(HealthLevel.Attention);
        PageHtml.Write(status).ShouldContain("Not checked");
        PageHtml.Write(status).ShouldNotContain("No completed backup");
    }
}
