using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;
using Cochin.Functions.Tests.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Contracts;

/// <summary>
/// One test for each fault of the old maintenance; edge cases are tested with their tasks. Fault 1, a schedule that never
/// started, is tested with the runner (<see cref="WatchTests.Fault01_Missed_IsAnnouncedOnce"/>); fault 12, a worker that died, needs a separate
/// process (<see cref="Cli.KillTests"/>).
/// </summary>
public sealed class MissionFaultTests(AzuriteServer server) : TaskTest(server)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private readonly FakeDiscord discord = new();

    public override async ValueTask DisposeAsync()
    {
        await discord.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Fault02_AlertOfAMissedMorning_IsSentLate()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-21"));

        (await AlertAsync()).Count("late").ShouldBe(1);

        discord.Embeds.ShouldHaveSingleItem().GetProperty("description").GetString().ShouldNotBeNull().ShouldContain("retard");
    }

    [Fact]
    public async Task Fault03_StartAndEndOnOneDay_AreTwoAlerts()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"), ("DateRendu", "2026-11-24"));

        await AlertAsync();

        discord.Embeds.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Fault04_OperationsThatCantBeRead_DeleteNothing()
    {
        await UploadAsync("temp/old", TimeSpan.FromHours(30));
        await AddOperationAsync("backup", "1", ("Status", "completed"));
        var fault = new FaultPolicy(request => request.Uri.Path.Contains("Operations", StringComparison.Ordinal), 400, "InvalidInput");

        var task = new CleanupTempFilesTask(new TempSettings(), TimeProvider.System);
        await Should.ThrowAsync<global::Azure.RequestFailedException>(
            () => task.RunAsync(new CleanupTempFilesOptions(), Context(storage: NewStorage(fault)), Cancellation));

        fault.Met.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldBe(["temp/old"]);
    }

    [Fact]
    public async Task Fault05_SaturdayCleanup_KeepsFilesOfARunningRestore()
    {
        await UploadAsync("restore_temp/restore_42/data", TimeSpan.FromHours(6));
        await AddOperationAsync("restore", "42", ("Status", "running"), ("WorkPath", "restore_temp/restore_42/"));

        var result = await CleanAsync(ageHours: 2);

        result.Count("inUse").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["restore_temp/restore_42/data"]);
    }

    [Fact]
    public async Task Fault06_OrphanedBackup_IsKeptByTheCleanupAndRegisteredByTheReconciliation()
    {
        await UploadAsync("storage/prod/orphan.zip", TimeSpan.FromDays(30));

        (await CleanAsync(ageHours: 0)).Count("scanned").ShouldBe(0);
        (await RebuildAsync()).Count("registered").ShouldBe(1);
    }

    [Fact]
    public async Task Fault07_BackupStillBeingWritten_IsNotAnOrphan()
    {
        await UploadAsync("storage/prod/young.zip");
        await UploadAsync("storage/prod/claimed.zip", TimeSpan.FromHours(5));
        await AddOperationAsync("backup", "1", ("Status", "running"), ("BlobName", "storage/prod/claimed.zip"));

        var result = await RebuildAsync();

        result.Count("inFlight").ShouldBe(2);
        result.Count("registered").ShouldBe(0);
    }

    [Fact]
    public async Task Fault08_StuckOperations_AreMarkedUnlessTheyFinishedMeanwhile()
    {
        var created = TimeProvider.System.GetUtcNow().AddHours(-9);
        await AddOperationAsync("backup", "finishing", ("Status", "running"), ("CreatedAt", created));
        await AddOperationAsync("backup", "never-started", ("Status", "pending"), ("CreatedAt", created));
        var finish = new InterveningPolicy(
            request => request.Method.Method == "PATCH" && request.Uri.Path.Contains("finishing", StringComparison.Ordinal),
            () => AddOperationAsync("backup", "finishing", ("Status", "completed"), ("CreatedAt", created)));

        var task = new CleanupStuckOperationsTask(TimeProvider.System);
        var result = await task.RunAsync(new CleanupStuckOperationsOptions(), Context(storage: NewStorage(finish)), Cancellation);

        finish.Met.ShouldBeTrue();
        result.Count("finishedMeanwhile").ShouldBe(1);
        result.Count("marked").ShouldBe(1);
    }

    [Fact]
    public async Task Fault09_EncryptedBackups_AreBackups()
    {
        await UploadAsync("storage/prod/nightly.encrypted", TimeSpan.FromHours(5));
        await UploadAsync("storage/prod/NIGHTLY.TAR.GZ", TimeSpan.FromHours(5));

        (await RebuildAsync()).Count("registered").ShouldBe(2);
    }

    [Theory]
    [InlineData(2026, 3, 29)]
    [InlineData(2026, 10, 25)]
    public void Fault10_ClockChange_HasEachOccurrenceOnce(int year, int month, int day)
    {
        JobSchedule.TryParse("0 0,30 0-5 * * *", TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"), out var schedule, out _).ShouldBeTrue();
        var evening = new DateTimeOffset(year, month, day, 12, 0, 0, TimeSpan.Zero).AddDays(-1);

        var instants = new List<DateTimeOffset>();
        for (var next = schedule!.Next(evening); next < evening.AddDays(1); next = schedule.Next(next.Value))
        {
            instants.Add(next!.Value);
        }

        // Twelve wall times; in March the two skipped ones fall on the same instants as the next two.
        instants.Count.ShouldBe(month == 3 ? 10 : 12);
        instants.ShouldBeUnique();
        instants.ShouldBeInOrder();
    }

    [Fact]
    public async Task Fault11_WebhookThatHangs_EndsTheRunWithAResult()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        discord.Hang().Hang();

        var result = await AlertAsync();

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain("did not answer within 1 s");
    }

    private Task<TaskResult> CleanAsync(double ageHours) =>
        new CleanupTempFilesTask(new TempSettings(), TimeProvider.System)
            .RunAsync(new CleanupTempFilesOptions { AgeHours = ageHours }, Context(), Cancellation);

    private Task<TaskResult> RebuildAsync() =>
        new RebuildBackupPathsTask(new BackupSettings()).RunAsync(new RebuildBackupPathsOptions(), Context(), Cancellation);

    private async Task<TaskResult> AlertAsync()
    {
        var settings = new DiscordSettings { WebhookUrl = discord.Url, MaxAttempts = 2, TimeoutSeconds = 1 };
        using var webhook = new DiscordWebhook(settings, TimeProvider.System);
        var task = new CheckDevisNotificationsTask(webhook, settings, new DevisSettings(), new FakeTimeProvider(Now));
        return await task.RunAsync(new CheckDevisNotificationsOptions(), Context(), Cancellation);
    }
}
