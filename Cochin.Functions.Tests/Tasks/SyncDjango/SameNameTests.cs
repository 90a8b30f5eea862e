using Cochin.Functions.Backups;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>Configurations of the same name, which several users may have. Backups name only that.</summary>
public sealed class SameNameTests(AzuriteServer server) : SyncTest(server)
{
    private static readonly ExpectedAges NoSettings = new(TimeSpan.Zero, new Dictionary<string, TimeSpan>());

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("daily", 9, true)]
    [InlineData("daily", 2, true)]
    [InlineData("weekly", 9, true)]
    [InlineData("weekly", 2, false)]
    public async Task Run_ConfigurationsOfSeveralTypes_ExpectsNewBackupsOfEach(string frequency, int newestFullDays, bool isOverdue)
    {
        Django.AddConfiguration(1, "prod", type: "metadata");
        Django.AddConfiguration(2, "prod", frequency, user: 2, type: "full");
        AddBackup(1, "metadata", days: 0.1);
        AddBackup(2, "full", newestFullDays);
        AddBackup(3, "full", days: 20);

        (await RunAsync()).Warnings.ShouldContain(warning => warning.Contains("is the name of 2 configurations", StringComparison.Ordinal));

        var summary = (await BackupTally.ReadAsync(Storage, NoSettings, Now, Cancellation)).ShouldHaveSingleItem();
        (summary.IsOverdue, summary.Newest < Now.AddDays(-1)).ShouldBe((isOverdue, isOverdue));
        var pruned = await PruneAsync();
        pruned.Count("pruned").ShouldBe(isOverdue ? 0 : 1);
        pruned.Warnings.Any(warning => warning.Contains("its newest good backup of the type 'full' is too old", StringComparison.Ordinal)).ShouldBe(isOverdue);
        (await BlobNamesAsync()).Length.ShouldBe(isOverdue ? 3 : 2);
        (await RunAsync()).Count("written").ShouldBe(0);
    }

    private void AddBackup(long id, string type, double days)
    {
        var at = Now.AddDays(-days).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", null);
        Django.AddBackupWithFile(
            id, ("backup_type", type), ("configuration_id", type == "full" ? 2L : 1L), ("created_at", at), ("started_at", at), ("completed_at", at));
    }

    private Task<TaskResult> PruneAsync()
    {
        var task = new PruneBackupsTask(new RetentionSettings(), new BackupSettings { Grace = TimeSpan.Zero }, NoSettings);
        return new TaskOnStorage(task, Storage).RunAsync(new PruneBackupsOptions { Keep = new KeepRules(Last: 1) }, Context(), Cancellation);
    }
}
