using Cochin.Functions.Jobs;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>The quotes at their hour: an occurrence that is due is carried out by <c>serve</c>, and settled.</summary>
internal sealed class ScheduledQuotesWork : QuotesWork
{
    private static readonly string[] OtherJobs =
    [
        "cleanup_temp_files",
        "cleanup_temp_files_weekend",
        "cleanup_stuck_operations",
        "rebuild_backup_paths",
        "verify_backups",
    ];

    public override string Name => "check_devis_notifications, scheduled";

    public override bool IsScheduled => true;

    public override string[] Command => ["serve", "--json"];

    // The same occurrence all year, so that it can be compared.
    public override IEnumerable<KeyValuePair<string, string>> Settings { get; } =
    [
        .. new QuotesWork().Settings,
        new("Cochin__Jobs__check_devis_notifications__Schedule", "0 0 0 1 1 *"),
        new("Cochin__Jobs__check_devis_notifications__CatchUpHours", "87600"),
    ];

    public override async Task FillAsync(ProofStore store)
    {
        await store.Storage.Jobs.CreateAsync();
        await Task.WhenAll(
        [
            base.FillAsync(store),
            SettledAsync(store, Job, new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            .. OtherJobs.Select(job => SettledAsync(store, job, new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero))),
        ]);
    }

    private static Task SettledAsync(ProofStore store, string job, DateTimeOffset occurrence) =>
        ProofStore.AddRowAsync(store.Storage.Jobs, "job", job, (nameof(JobState.SettledOccurrence), occurrence));
}
