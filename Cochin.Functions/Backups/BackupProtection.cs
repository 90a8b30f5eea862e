using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tasks.VerifyBackups;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Backups;

/// <summary>The result of protecting a backup, or of taking its protection away.</summary>
/// <param name="IsChanged">Whether the row was written; otherwise it was already like that.</param>
/// <param name="IsProtected">Whether the backup is protected now, by its row or by its blob.</param>
/// <param name="Warnings">What the operator should know about it.</param>
internal sealed record ProtectionResult(bool IsChanged, bool IsProtected, IReadOnlyList<string> Warnings);

/// <summary>Protects backups from being pruned, in the <c>Protected</c> column of their rows.</summary>
internal sealed class BackupProtection(CochinStorage storage, AuditTrail audit)
{
    private const int Attempts = 5;
    private const string PruneStartedAt = "PruneStartedAt";
    private const string Protect = "protect";
    private const string Unprotect = "unprotect";

    private readonly BackupFinder finder = new(storage);

    /// <summary>The actions that it announces in the audit log.</summary>
    public static IReadOnlyList<string> Actions { get; } = [Protect, Unprotect];

    /// <exception cref="BackupException">There is no such backup, it is pruned, or its row was changed each time.</exception>
    public async Task<ProtectionResult> SetAsync(string id, bool isProtected, CancellationToken cancellationToken)
    {
        var row = await finder.FindRowAsync(id, cancellationToken).ConfigureAwait(false);
        var isToChange = IsToChange(row, isProtected);
        if (isToChange)
        {
            await AuditAsync(AuditLine.Planned).ConfigureAwait(false);
            try
            {
                await WriteAsync(row, isProtected, cancellationToken).ConfigureAwait(false);
            }
            catch (BackupException)
            {
                await AuditAsync("changed").ConfigureAwait(false);
                throw;
            }

            await AuditAsync("done").ConfigureAwait(false);
        }

        // After the write: a run of prune_backups that had not marked the row by then sees the protection.
        var current = isToChange ? await finder.FindRowAsync(id, cancellationToken).ConfigureAwait(false) : row;
        var (isProtectedByBlob, warnings) = await AskBlobAsync(current, isProtected, cancellationToken).ConfigureAwait(false);
        return new ProtectionResult(isToChange, isProtected || isProtectedByBlob, warnings);

        Task AuditAsync(string result)
        {
            var after = result == "done" ? $"{ProtectionReader.Column} {isProtected}" : null;
            var entry = new AuditEntry(isProtected ? Protect : Unprotect, VerifyReport.Target(id), result, Describe(row), after);
            return audit.WriteAsync([entry], cancellationToken);
        }
    }

    /// <summary>Whether the row says otherwise.</summary>
    /// <exception cref="BackupException">The backup is pruned.</exception>
    private static bool IsToChange(TableEntity row, bool isProtected) =>
        isProtected && OperationStatus.Normalise(row.Written(nameof(Operation.Status))) == OperationStatus.Pruned
            ? throw new BackupException(
                "pruned",
                $"{VerifyReport.Target(row.RowKey)} was pruned, so there is nothing to protect.",
                "To see the other backups: ./cochin backups list")
            : ProtectionReader.Of(row) != (isProtected ? Protection.Protected : Protection.None);

    private static string Describe(TableEntity row) => $"{ProtectionReader.Column} {row.Written(ProtectionReader.Column) ?? "absent"}";

    private async Task WriteAsync(TableEntity row, bool isProtected, CancellationToken cancellationToken)
    {
        var current = row;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryWriteAsync(current, isProtected, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            current = await finder.FindRowAsync(row.RowKey, cancellationToken).ConfigureAwait(false);
            if (!IsToChange(current, isProtected))
            {
                return; // A write whose answer was lost is refused when it is sent again: this is its result.
            }
        }

        throw new BackupException(
            "conflict", $"{VerifyReport.Target(row.RowKey)} was not changed, because another program wrote to its row each time.", "Run the command again.");
    }

    /// <returns>False if another program changed or deleted the row since it was read.</returns>
    private async Task<bool> TryWriteAsync(TableEntity read, bool isProtected, CancellationToken cancellationToken)
    {
        try
        {
            var change = new TableEntity(read.PartitionKey, read.RowKey) { [ProtectionReader.Column] = isProtected };
            await storage.Operations.UpdateEntityAsync(change, read.ETag, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return false;
        }
    }

    /// <summary>Looks at the blob: its own metadata may protect it, too, and without a blob there is nothing to protect.</summary>
    private async Task<(bool IsProtected, IReadOnlyList<string> Warnings)> AskBlobAsync(TableEntity row, bool isProtected, CancellationToken cancellationToken)
    {
        var target = VerifyReport.Target(row.RowKey);
        var warnings = new List<string>();
        if (isProtected && row.Has(PruneStartedAt))
        {
            warnings.Add($"prune_backups has begun to delete {target}, so this may come too late. To see whether it is still there: ./cochin backups list");
        }

        try
        {
            var name = row.Name(nameof(Operation.BlobName));
            var found = string.IsNullOrWhiteSpace(name) ? null : await finder.FindBlobAsync(name, cancellationToken).ConfigureAwait(false);
            if (found is null && isProtected)
            {
                warnings.Add($"the blob of {target} does not exist{(name is null ? "" : $": {Problems.Quote(BlobNameReading.Redact(name))}")}.");
            }

            var byBlob = found is null ? Protection.None : ProtectionReader.Of(found.Properties.Metadata);
            if (byBlob != Protection.None && !isProtected)
            {
                warnings.Add(
                    $"{target} is still protected by the metadata 'protected' of its blob {Problems.Quote(found!.Blob.Name)}. "
                    + "Remove that metadata as well if it may be pruned.");
            }

            return (byBlob != Protection.None, warnings);
        }
        catch (BackupException e)
        {
            return (false, [.. warnings, $"the blob of {target} was not checked. {e.Message} {e.Hint}"]);
        }
    }
}
