using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Watching;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Status.Page;

/// <summary>Reads, in one go over the operations table, what is under way and which backups there are.</summary>
internal sealed class OperationsSource(CochinStorage storage, WatchSettings watch)
{
    public const int Shown = 50;

    private const int MostRows = 20_000;

    private const string Filter =
        "(PartitionKey eq '" + OperationKind.Backup + "' and Status eq '" + OperationStatus.Completed + "') or (("
        + "PartitionKey eq '" + OperationKind.Backup + "' or PartitionKey eq '" + OperationKind.Restore + "') and (" + OperationStatus.LiveFilter + "))";

    private static readonly string[] Columns =
    [
        "PartitionKey", "RowKey", nameof(Operation.Name), nameof(Operation.Status), nameof(Operation.Configuration), nameof(Operation.SizeBytes),
        nameof(Operation.CreatedAt), nameof(Operation.StartedAt), nameof(Operation.HeartbeatAt), nameof(Operation.CompletedAt),
    ];

    /// <summary>Trouble with the table is told in the result: the rest of the page is worth showing without it.</summary>
    /// <param name="silence">From how long without a sign of life on an operation is taken for stuck.</param>
    public async Task<StatusOperations> ReadAsync(DateTimeOffset now, TimeSpan silence, CancellationToken cancellationToken)
    {
        var tally = new OperationsTally(now, silence, watch);
        try
        {
            var read = 0;
            await foreach (var row in storage.Operations.ReadAsync(Filter, Columns, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                tally.Add(Operation.From(row));
                if (++read == MostRows)
                {
                    return tally.Sum($"There are more operations than the {MostRows:N0} that were looked at here; see ./cochin operations list.");
                }
            }
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException && StorageTrouble.Explain(e) is { } trouble)
        {
            return tally.Sum($"The operations could not be read. {PageText.Clean(trouble.Message)} {PageText.Clean(trouble.Hint)}");
        }

        return tally.Sum(note: null);
    }
}
