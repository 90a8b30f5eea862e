using Azure;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.StatusPage;

/// <summary>Reads, in one go over the operations table, what is under way and which backups there are.</summary>
internal sealed class OperationsSource(CochinStorage storage, WatchSettings watch, WorkPathReader paths, TimeProvider time)
{
    public const int Shown = 50;

    // The page is due within half a minute of a run. A table that takes longer is not judged in part: its newest backup may come last.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly string[] Columns =
    [
        "PartitionKey", "RowKey", "Timestamp", nameof(Operation.WorkPath), nameof(Operation.BlobName),
        nameof(Operation.Name), nameof(Operation.Status), nameof(Operation.Configuration), nameof(Operation.SizeBytes),
        nameof(Operation.CreatedAt), nameof(Operation.StartedAt), nameof(Operation.HeartbeatAt), nameof(Operation.CompletedAt),
        nameof(Operation.VerifiedAt), nameof(Operation.Damage), nameof(Operation.DamagedAt),
    ];

    /// <summary>Trouble with the table is told in the result: the rest of the page is worth showing without it.</summary>
    /// <param name="silence">From how long without a sign of life on an operation is taken for stuck.</param>
    public async Task<StatusOperations> ReadAsync(DateTimeOffset now, TimeSpan silence, CancellationToken cancellationToken)
    {
        var tally = new OperationsTally(now, silence, watch, paths);
        var missing = FindMissingAsync(cancellationToken);
        var found = await ReadAsync(tally, cancellationToken).ConfigureAwait(false);
        return found with { Missing = await missing.ConfigureAwait(false) };
    }

    private async Task<StatusOperations> ReadAsync(OperationsTally tally, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            // All rows: one whose status isn't among the contract's may be in progress.
            await foreach (var row in storage.Operations.RowsAsync("", Columns, either.Token).ConfigureAwait(false))
            {
                tally.Add(Operation.From(row));
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return tally.Part($"The operations could not all be read within {Patience.TotalSeconds:0} s, so the backups were not judged. See ./cochin status.");
        }
        catch (RequestFailedException e) when (MissingTable.Is(e))
        {
            // The table of a new account is not a problem yet.
            var missing = await MissingTable.ExplainAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false);
            return missing.ExistedBefore ? tally.Part($"{missing.Message} The backups were not judged.") : tally.Sum();
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException && StorageProblem.Explain(e) is { } trouble)
        {
            var why = $"{PageText.Clean(trouble.Message)} {PageText.Clean(trouble.Hint)}";
            return tally.Part($"The operations could not be read, so the backups were not judged. {why}");
        }

        return tally.Sum();
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
            return null; // The runs report it.
        }
    }
}
