using System.Text.Json;
using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Notifications.Notices;

/// <summary>The base of tests of the weekly digest.</summary>
public abstract class DigestTest(AzuriteServer server) : WatchHarness(server)
{
    internal static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Followers.Clear();
        JobSchedule.TryParse("0 0 9 * * 1", Paris, out var mondays, out _).ShouldBeTrue();
        Settings = new WatchSettings { Digest = mondays };
    }

    internal static readonly DateTimeOffset Monday = new(2026, 6, 8, 7, 0, 0, TimeSpan.Zero);

    internal IEnumerable<JsonElement> Digests =>
        Channel.Embeds.Where(embed => embed.GetProperty("title").GetString()!.StartsWith("Bilan du", StringComparison.Ordinal));

    internal IEnumerable<string?> Runs() => Digests.Select(embed => Field(embed, "Exécutions"));

    internal static RunReport Cleanup(DateTimeOffset startedAt, TaskResult result) => Report(startedAt, result) with { Task = "cleanup_temp_files" };

    internal static RunReport Report(DateTimeOffset startedAt, TaskResult result) =>
        new()
        {
            Job = JobName,
            Task = ScriptedTask.TaskName,
            RunId = RunKeys.NewRunId(startedAt),
            Trigger = RunTrigger.Scheduled,
            DryRun = false,
            StartedAt = startedAt,
            Result = result,
        };

    internal static string? Field(JsonElement embed, string name) =>
        embed.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == name).GetProperty("value").GetString();

    internal Task RecordAsync(string task, IReadOnlyList<KeyValuePair<string, long>> counts, IReadOnlyList<KeyValuePair<string, long>> bytes) =>
        new RunHistory(Storage, Clock, new RunHistoryOptions()).AddAsync(
            new RunReport
            {
                Job = "any", Task = task, RunId = RunKeys.NewRunId(Clock.GetUtcNow()), Trigger = RunTrigger.Scheduled, DryRun = false,
                StartedAt = Clock.GetUtcNow(),
                Result = new TaskResult { Outcome = Outcome.Completed, Counts = counts, Bytes = bytes },
            },
            Cancellation);

    internal Task AddBackupAsync(string id, string status, DateTimeOffset at) => Storage.Operations.AddEntityAsync(
        new TableEntity("backup", id) { ["Status"] = status, ["CreatedAt"] = at.AddDays(-100), ["CompletedAt"] = at }, Cancellation);
}
