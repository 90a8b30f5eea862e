using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Backups;
using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>Computes the totals of run records, operations and blobs for the digest.</summary>
internal sealed class DigestSource(JobCatalog catalog, JobStates states, RunHistory history, CochinStorage storage, WatchSettings settings)
{
    /// <param name="now">The time for which the health of the jobs is evaluated.</param>
    public async Task<Digest> ReadAsync(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var digest = await WithRunsAsync(new Digest(from, to), cancellationToken).ConfigureAwait(false);
        digest = digest with { UnhealthyJobs = await FindUnhealthyJobsAsync(now, cancellationToken).ConfigureAwait(false) };
        digest = await WithBackupsAsync(digest, cancellationToken).ConfigureAwait(false);
        return await WithBlobsAsync(digest, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Digest> WithRunsAsync(Digest digest, CancellationToken cancellationToken)
    {
        var fields = TaskCatalog.All
            .Where(task => !catalog.IsDormant(task))
            .SelectMany(task => task.Digest.Select(field => (Task: task.Name, Field: field, Sums: new long[field.Numbers.Count])))
            .ToList();
        var failures = new SortedDictionary<string, int>(StringComparer.Ordinal);

        // Tasks started from the command line are recorded under the name of the task.
        foreach (var partition in catalog.Jobs.Select(job => job.Name).Union(catalog.Jobs.Select(job => job.Task)))
        {
            await foreach (var run in history.ListSinceAsync(partition, digest.From, cancellationToken).ConfigureAwait(false))
            {
                // A run that is still in progress is counted in the next digest. The counts of an unfinished run are included in those of the
                // run that continues it.
                var ended = run.FinishedAt ?? run.StartedAt;
                if (ended < digest.From || ended >= digest.To || run.IsUnfinished || run.Outcome is Outcome.Skipped or Outcome.Running)
                {
                    continue;
                }

                // A task started by name is not a run of the job with that name, and its caller saw the result.
                if (run is { Outcome: Outcome.Failed or Outcome.Lost, IsTyped: false, IsInterrupted: false })
                {
                    failures[run.Job] = failures.GetValueOrDefault(run.Job) + 1;
                }

                digest = digest with { Runs = digest.Runs + 1 };
                foreach (var (_, field, sums) in fields.Where(item => item.Task == run.Task))
                {
                    for (var i = 0; i < sums.Length; i++)
                    {
                        sums[i] += field.Numbers[i].Sum(number => number.In(run.Counts, run.Bytes));
                    }
                }
            }
        }

        return digest with { Failures = [.. failures], Work = [.. fields.Select(item => (item.Field, (IReadOnlyList<long>)item.Sums))] };
    }

    private async Task<IReadOnlyList<(string Job, JobCondition Condition)>> FindUnhealthyJobsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stored = await states.GetAllAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. from job in catalog.Jobs
               let health = JobHealth.Of(job, stored.GetValueOrDefault(job.Name) ?? new JobState(), now)
               where health.Level == HealthLevel.Trouble
               select (job.Name, health.Condition),
        ];
    }

    private async Task<Digest> WithBackupsAsync(Digest digest, CancellationToken cancellationToken)
    {
        var summaries = await BackupTally.ReadAsync(storage, settings.Ages, digest.To, cancellationToken).ConfigureAwait(false);
        var (verified, completed, oldestCheck) = BackupSummary.Verification(summaries);
        return digest with
        {
            BackupsPresent = summaries.Sum(summary => (long)summary.Count),
            BackupsMissing = summaries.Sum(summary => (long)summary.Missing),
            BackupsCompleted = completed,
            BackupsVerified = verified,
            OldestCheck = oldestCheck,
            Damaged = [.. summaries.Where(summary => summary.Damaged > 0).OrderBy(summary => summary.Configuration, StringComparer.Ordinal)],
            OldestBackup = summaries.Min(summary => summary.Oldest),
            NewestBackup = summaries.Max(summary => summary.Newest),
            Overdue =
            [
                .. summaries
                    .Where(summary => summary.IsOverdue)
                    .OrderBy(summary => summary.Newest ?? DateTimeOffset.MinValue)
                    .ThenBy(summary => summary.Configuration, StringComparer.Ordinal),
            ],
        };
    }

    private async Task<Digest> WithBlobsAsync(Digest digest, CancellationToken cancellationToken)
    {
        long blobs = 0, bytes = 0;
        try
        {
            await foreach (var blob in storage.Backups.GetBlobsAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                blobs++;
                bytes += blob.Properties.ContentLength ?? 0;
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // Nothing is stored.
        }

        return digest with { Blobs = blobs, BytesStored = bytes };
    }
}
