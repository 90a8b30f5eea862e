using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>Adds up run records, operations and blobs for the digest. It goes through all of them and keeps none.</summary>
internal sealed class DigestSource(JobCatalog catalog, JobStates states, RunHistory history, CochinStorage storage, WatchSettings settings)
{
    /// <param name="now">The time at which the jobs are judged.</param>
    public async Task<Digest> ReadAsync(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var digest = await WithRunsAsync(new Digest(from, to), cancellationToken).ConfigureAwait(false);
        digest = digest with { Troubled = await FindTroubledAsync(now, cancellationToken).ConfigureAwait(false) };
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

        // Runs that a person typed are filed under the task's name.
        foreach (var partition in catalog.Jobs.Select(job => job.Name).Union(catalog.Jobs.Select(job => job.Task)))
        {
            await foreach (var run in history.ListSinceAsync(partition, digest.From, cancellationToken).ConfigureAwait(false))
            {
                // A run that is under way while this digest is made is counted in the next. What an unfinished run did is in the counts
                // of the run that continues its work.
                var ended = run.FinishedAt ?? run.StartedAt;
                if (ended < digest.From || ended >= digest.To || run.IsUnfinished || run.Outcome is Outcome.Skipped or Outcome.Running)
                {
                    continue;
                }

                // A task typed by name isn't a run of the job of that name, and its caller saw how it ended.
                if (run is { Outcome: Outcome.Failed or Outcome.Lost, IsTyped: false, IsInterrupted: false })
                {
                    failures[run.Job] = failures.GetValueOrDefault(run.Job) + 1;
                }

                digest = digest with { Runs = digest.Runs + 1 };
                foreach (var (_, field, sums) in fields.Where(one => one.Task == run.Task))
                {
                    for (var i = 0; i < sums.Length; i++)
                    {
                        sums[i] += field.Numbers[i].Sum(number => number.In(run.Counts, run.Bytes));
                    }
                }
            }
        }

        return digest with { Failures = [.. failures], Work = [.. fields.Select(one => (one.Field, (IReadOnlyList<long>)one.Sums))] };
    }

    private async Task<IReadOnlyList<(string Job, JobCondition Condition)>> FindTroubledAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var remembered = await states.GetAllAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. from job in catalog.Jobs
               let health = JobHealth.Of(job, remembered.GetValueOrDefault(job.Name) ?? new JobState(), now)
               where health.Level == HealthLevel.Trouble
               select (job.Name, health.Condition),
        ];
    }

    private async Task<Digest> WithBackupsAsync(Digest digest, CancellationToken cancellationToken)
    {
        var standings = await BackupTally.ReadAsync(storage, settings, digest.To, cancellationToken).ConfigureAwait(false);
        var (verified, completed, oldestCheck) = BackupStanding.Verification(standings);
        return digest with
        {
            BackupsPresent = standings.Sum(standing => (long)standing.Count),
            BackupsMissing = standings.Sum(standing => (long)standing.Missing),
            BackupsCompleted = completed,
            BackupsVerified = verified,
            OldestCheck = oldestCheck,
            Damaged = [.. standings.Where(standing => standing.Damaged > 0).OrderBy(standing => standing.Configuration, StringComparer.Ordinal)],
            OldestBackup = standings.Min(standing => standing.Oldest),
            NewestBackup = standings.Max(standing => standing.Newest),
            Overdue =
            [
                .. standings
                    .Where(standing => standing.IsOverdue)
                    .OrderBy(standing => standing.Newest ?? DateTimeOffset.MinValue)
                    .ThenBy(standing => standing.Configuration, StringComparer.Ordinal),
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
            // Then nothing is stored.
        }

        return digest with { Blobs = blobs, BytesStored = bytes };
    }
}
