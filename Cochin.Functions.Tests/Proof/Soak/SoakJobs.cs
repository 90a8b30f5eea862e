using System.Globalization;
using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.Tests.Proof.Soak;

/// <summary>The five jobs, due every second, and the books that are kept of their occurrences.</summary>
internal static class SoakJobs
{
    private static readonly string[] Names =
    [
        CleanupTempFilesDescription.Name,
        "cleanup_temp_files_weekend",
        CleanupStuckOperationsDescription.Name,
        RebuildBackupPathsDescription.Name,
        CheckDevisNotificationsDescription.Name,
    ];

    public static IEnumerable<KeyValuePair<string, string>> Settings(Weather weather) =>
    [
        new("CochinStorage", weather.Storage.ConnectionString),
        new("Cochin__Discord__WebhookUrl", weather.Webhook.ToString()),
        new("Cochin__Discord__AllowAnyHost", "true"),
        .. Names.Select(name => KeyValuePair.Create($"Cochin__Jobs__{name}__Schedule", "*/1 * * * * *")),
    ];

    /// <summary>The jobs that have not settled an occurrence of this time or a later one yet.</summary>
    public static async Task<IReadOnlyList<string>> FindUnsettledAsync(CochinStorage storage, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var states = await new JobStates(storage).GetAllAsync(cancellationToken);
        return [.. Names.Where(name => !IsSettled(name)).Select(name => $"{name} has settled up to {states.GetValueOrDefault(name)?.SettledOccurrence:O}")];

        bool IsSettled(string name) => states.TryGetValue(name, out var state) && state.SettledOccurrence >= until.AddSeconds(-1);
    }

    /// <summary>Accounts for every second up to a time, or to the last one that is settled.</summary>
    public static async Task<SoakBooks> CloseBooksAsync(CochinStorage storage, DateTimeOffset until, CancellationToken cancellationToken)
    {
        int due = 0, settled = 0, otherwise = 0, superseded = 0;
        List<string> lost = [], doubled = [];
        foreach (var name in Names)
        {
            var state = await new JobStates(storage).GetAsync(name, cancellationToken);
            var history = new RunHistory(storage, TimeProvider.System, new RunHistoryOptions());
            var runs = await history.ListAsync(name, cancellationToken).ToListAsync(cancellationToken);
            var ofOccurrence = runs.Where(run => run.Occurrence is not null).ToLookup(run => run.Occurrence!.Value);
            doubled.AddRange(ofOccurrence.Where(some => some.Count(IsCarriedOut) > 1).Select(some => Describe(name, some.Key)));
            var last = new[] { until, state.SettledOccurrence!.Value }.Max();
            for (var occurrence = Second(state.FirstSeenAt!.Value).AddSeconds(1); occurrence <= last; occurrence = occurrence.AddSeconds(1))
            {
                due++;
                if (ofOccurrence[occurrence].Any(IsCarriedOut))
                {
                    settled++;
                }
                else if (ofOccurrence[occurrence].Any(run => run.Outcome == Outcome.Skipped && run.Reason != SkipReason.LockHeld))
                {
                    otherwise++;
                }
                else if (occurrence < state.SettledOccurrence && runs.Exists(run => run.Occurrence > occurrence && IsCarriedOut(run)))
                {
                    superseded++;
                }
                else if (occurrence <= state.SettledOccurrence && ofOccurrence[occurrence].Any(run => run.Outcome == Outcome.Failed))
                {
                    otherwise++;
                }
                else
                {
                    lost.Add(Describe(name, occurrence));
                }
            }
        }

        return new SoakBooks(due, settled, otherwise, superseded, lost, doubled);
    }

    private static bool IsCarriedOut(RunReport run) => run.Outcome is Outcome.Completed or Outcome.Partial;

    private static DateTimeOffset Second(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    private static string Describe(string job, DateTimeOffset occurrence) =>
        string.Create(CultureInfo.InvariantCulture, $"{job} {occurrence.UtcDateTime:HH:mm:ss}Z");
}
