using System.Runtime.CompilerServices;
using Azure;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// Holds rows against blobs. In order: index the rows, go through all blobs, then through the rows again. Each pass may be
/// repeated to act on what it showed; nothing is kept but the index.
/// </summary>
internal sealed class Survey(BackupInventory inventory, BackupSettings settings, DateTimeOffset now)
{
    private readonly RecordIndex index = new();

    /// <summary>Reads which blobs have records or are claimed.</summary>
    /// <returns>How many backups there are on record.</returns>
    public async Task<long> IndexAsync(CancellationToken cancellationToken)
    {
        var records = 0L;
        await foreach (var operation in inventory.RelevantAsync(cancellationToken).ConfigureAwait(false))
        {
            index.Add(operation);
            records += operation.Kind == OperationKind.Backup ? 1 : 0;
        }

        return records;
    }

    /// <summary>All blobs under <c>storage/</c>. Only where this comes to its end is the listing complete.</summary>
    public async IAsyncEnumerable<(BackupBlob Blob, BlobVerdict Verdict)> BlobsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in inventory.BlobsAsync(withMetadata: false, cancellationToken).ConfigureAwait(false))
        {
            yield return (blob, Judge.Blob(blob, index.See(blob.Name, blob.Size), settings, now));
        }
    }

    /// <summary>The backups without a record, listed anew and with what registering them takes.</summary>
    public async IAsyncEnumerable<BackupBlob> OrphansAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in inventory.BlobsAsync(withMetadata: true, cancellationToken).ConfigureAwait(false))
        {
            if (Judge.Blob(blob, index.Of(blob.Name), settings, now) == BlobVerdict.Orphan)
            {
                yield return blob;
            }
        }
    }

    /// <summary>All records that state whether their blob is there, held against the complete listing.</summary>
    public async IAsyncEnumerable<JudgedRecord> RecordsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var record in inventory.JudgedAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!string.IsNullOrEmpty(record.BlobName))
            {
                yield return await JudgeAsync(record, record.BlobName, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<JudgedRecord> JudgeAsync(Operation record, string blobName, CancellationToken cancellationToken)
    {
        if (inventory.Unreachable(blobName) is { } problem)
        {
            return new(record, RecordVerdict.NotJudged, null) { Problem = problem };
        }

        if (!index.Proves(blobName, out var size))
        {
            try
            {
                size = await inventory.FindSizeAsync(blobName, cancellationToken).ConfigureAwait(false);
            }
            catch (RequestFailedException e) when (Change.IsRefusal(e))
            {
                return new(record, RecordVerdict.NotJudged, null) { Problem = Change.Failed(e).Detail };
            }
        }

        return new(record, Judge.Record(record, size), size);
    }
}
