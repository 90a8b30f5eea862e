using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.VerifyBackups;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Backups;

/// <summary>The result of protecting a backup, or of removing its protection.</summary>
/// <param name="IsChanged">Whether the row was changed. False if it already had the requested value.</param>
/// <param name="IsProtected">Whether the backup is now protected, by its row or by its blob.</param>
/// <param name="Warnings">Warnings for the operator.</param>
internal sealed record ProtectionResult(bool IsChanged, bool IsProtected, IReadOnlyList<string> Warnings);

/// <summary>Protects backups from being pruned, by the <c>Protected</c> column of their rows.</summary>
internal sealed class BackupProtection(CochinStorage storage, AuditTrail audit)
{
    private const int Attempts = 5;
    private const string PruneStartedAt = "PruneStartedAt";
    private const string Protect = "protect";
    private const string Unprotect = "unprotect";

    private readonly BackupFinder finder = new(storage);

    /// <summary>The actions written to the audit log.</summary>
    public static IReadOnlyList<string> Actions { get; } = [Protect, Unprotect];

    /// <exception cref="BackupException">There is no such backup, it is pruned, or another program changed its row at each attempt.</exception>
    public async Task<ProtectionResult> SetAsync(string id, bool isProtected, CancellationToken cancellationToken)
    {
        var row = await finder.FindRowAsync(id, cancellationToken).ConfigureAwait(false);
        var needsChange = NeedsChange(row, isProtected);
        if (needsChange)
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

        // Read after the write, so that PruneStartedAt shows whether prune_backups had marked the row before. If not, it sees the protection.
        var current = needsChange ? await finder.FindRowAsync(id, cancellationToken).ConfigureAwait(false) : row;
        var (isProtectedByBlob, warnings) = await CheckBlobAsync(current, isProtected, cancellationToken).ConfigureAwait(false);
        return new ProtectionResult(needsChange, isProtected || isProtectedByBlob, warnings);

        Task AuditAsync(string result)
        {
            var after = result == "done" ? $"{ProtectionReader.Column} {isProtected}" : null;
            var entry = new AuditEntry(isProtected ? Protect : Unprotect, VerifyReport.Target(id), result, Describe(row), after);
            return audit.WriteAsync([entry], cancellationToken);
        }
    }

    /// <summary>Whether the row does not have the requested protection yet.</summary>
    /// <exception cref="BackupException">The backup is pruned.</exception>
    private static bool NeedsChange(TableEntity row, bool isProtected) =>
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
            if (!NeedsChange(current, isProtected))
            {
                return; // The response to an earlier attempt was lost, so its retry was refused.
            }
        }

        throw new BackupException(
            "conflict",
            $"{VerifyReport.Target(row.RowKey)} was not changed, because another program changed its row at each attempt.",
            "Run the command again.");
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

    /// <summary>Checks whether the blob exists and whether its own metadata protects it.</summary>
    private async Task<(bool IsProtected, IReadOnlyList<string> Warnings)> CheckBlobAsync(
        TableEntity row, bool isProtected, CancellationToken cancellationToken)
    {
        var target = VerifyReport.Target(row.RowKey);
        var warnings = new List<string>();
        if (isProtected && row.Has(PruneStartedAt))
        {
            warnings.Add(
                $"prune_backups has begun to delete {target}, so the protection may be too late. "
                + "To check whether the backup still exists: ./cochin backups list");
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
                    + "To allow pruning, remove that metadata as well.");
            }

            return (byBlob != Protection.None, warnings);
        }
        catch (BackupException e)
        {
            return (false, [.. warnings, $"the blob of {target} could not be checked. {e.Message} {e.Hint}"]);
        }
    }
}
