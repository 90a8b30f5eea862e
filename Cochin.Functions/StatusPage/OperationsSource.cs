using Azure;
using Cochin.Functions.Backups;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks.PruneBackups;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.StatusPage;

/// <summary>Reads the running operations and the completed backups in one pass over the operations table.</summary>
internal sealed class OperationsSource(
    CochinStorage storage, WatchSettings watch, WorkPathReader paths, RetentionSettings retention, TimeProvider time)
{
    public const int MaxShown = 50;

    // The page should be published within half a minute of a run. If reading takes longer, the backups are not checked, because the newest one
    // may come last.
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(15);

    // What each reader of the rows needs. A column that is not requested reads as absent.
    private static readonly string[] Columns = [.. OperationProblems.Columns.Union(BackupTally.Columns).Union(Candidate.Columns)];

    /// <summary>Returns a note if the table can't be read, as the rest of the page is useful without it.</summary>
    /// <param name="inactivityLimit">An operation without activity for this long is considered stuck.</param>
    /// <param name="pruning">The jobs that prune backups.</param>
    public async Task<StatusOperations> ReadAsync(
        DateTimeOffset now, TimeSpan inactivityLimit, IReadOnlyList<PruneSchedule> pruning, CancellationToken cancellationToken)
    {
        var tally = new OperationsTally(now, inactivityLimit, watch, paths);
        var missing = FindMissingAsync(cancellationToken);
        var found = await ReadAsync(tally, new PruneEstimate(pruning, retention, watch.Ages, now), cancellationToken).ConfigureAwait(false);
        return found with { Missing = await missing.ConfigureAwait(false) };
    }

    private async Task<StatusOperations> ReadAsync(OperationsTally tally, PruneEstimate estimate, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ReadTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var configurations = await BackupConfigurations.ReadAsync(storage, linked.Token).ConfigureAwait(false);
            if (await configurations.FindLostAsync(storage, linked.Token).ConfigureAwait(false) is { } lost)
            {
                throw new LostTableException(lost);
            }

            tally.Expect(configurations);

            // All rows are read, because an operation with an unknown status may be running.
            var hasRows = false;
            await foreach (var row in storage.Operations.RowsAsync("", Columns, linked.Token).ConfigureAwait(false))
            {
                hasRows = true;
                var operation = Operation.From(row);
                tally.Add(operation);
                estimate.Add(row, operation);
            }

            if (!hasRows)
            {
                await MissingTable.EnsureNotLostAsync(storage, storage.Operations, linked.Token).ConfigureAwait(false);
            }

            return tally.ToStatus(estimate.ByConfiguration(configurations));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return tally.ToIncompleteStatus(
                $"Not all operations could be read within {ReadTimeout.TotalSeconds:0} s, so the backups were not checked. Type ./cochin status.");
        }
        catch (LostTableException e)
        {
            return tally.ToIncompleteStatus($"{e.Table.Message} The backups were not checked.");
        }
        catch (RequestFailedException e) when (MissingTable.Is(e))
        {
            // A new account does not have the table yet.
            var missing = await MissingTable.ExplainAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false);
            return missing.ExistedBefore ? tally.ToIncompleteStatus($"{missing.Message} The backups were not checked.") : tally.ToStatus();
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException && StorageProblem.Explain(e) is { } problem)
        {
            var why = $"{PageText.Clean(problem.Message)} {PageText.Clean(problem.Hint)}";
            return tally.ToIncompleteStatus($"The operations could not be read, so the backups were not checked. {why}");
        }
    }

    private async Task<MissingContainer?> FindMissingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await storage.Backups.ExistsAsync(cancellationToken).ConfigureAwait(false)
                ? null
                : await MissingContainer.ExplainAsync(storage, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            return null; // The runs report this error.
        }
    }
}
