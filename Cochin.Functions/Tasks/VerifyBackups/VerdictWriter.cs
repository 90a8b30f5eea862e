using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>Writes a verdict to the row of a backup, if the row still describes the backup that was read.</summary>
internal sealed class VerdictWriter(TaskContext context)
{
    private const int Attempts = 5;

    private readonly TableClient operations = context.Storage.Operations;

    // A column can contain 32 Ki characters; the text must stay readable.
    private const int MaxDamageLength = 1_000;

    // The columns that the verdict depends on.
    private static readonly string[] Inputs =
    [
        nameof(Operation.Status), nameof(Operation.BlobName), nameof(Operation.SizeBytes), nameof(Operation.Sha256), nameof(Operation.KeyOwner),
    ];

    /// <param name="row">The row as it was before the backup was read, with all columns.</param>
    /// <param name="etag">The ETag of the blob that was read.</param>
    /// <returns>False if the row was deleted or changed in a way that affects the verdict.</returns>
    public async Task<bool> WriteAsync(TableEntity row, Soundness soundness, ETag etag, CancellationToken cancellationToken)
    {
        var isSound = soundness.Verdict == SoundnessVerdict.Sound;
        var (before, now) = (Operation.From(row), context.Time.GetUtcNow());
        var damage = isSound ? null : Short(soundness.Why!);
        if (!isSound && before.Damage == damage && before.DamagedAt is not null)
        {
            return true; // The damage is already recorded.
        }

        var level = soundness.Level.ToString().ToLowerInvariant();
        await AuditAsync(AuditLine.Planned).ConfigureAwait(false);
        var current = row;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryWriteAsync(Changed(current, soundness, damage, level, etag, now), current.ETag, cancellationToken).ConfigureAwait(false))
            {
                await AuditAsync(isSound ? "verified" : "damaged").ConfigureAwait(false);
                return true;
            }

            var read = await operations.FindAsync(row.PartitionKey, row.RowKey, cancellationToken).ConfigureAwait(false);
            if (read is null || Array.Exists(Inputs, column => !Equals(read.Written(column), row.Written(column)) && !IsOwnChange(read, column, soundness)))
            {
                break;
            }

            current = read;
        }

        await AuditAsync("changed").ConfigureAwait(false);
        return false;

        Task AuditAsync(string result)
        {
            var after = result is AuditLine.Planned or "changed" ? null : damage ?? level;
            var entry = new AuditEntry(Action(isSound), VerifyReport.Target(row.RowKey), result, before.Damage ?? before.VerifiedLevel, after);
            return context.Audit.WriteAsync([entry], cancellationToken);
        }
    }

    private static string Action(bool isSound) => isSound ? "mark_verified" : "mark_damaged";

    // If the response to a write is lost, the retry fails because of the change the first attempt made. Writing it again is harmless.
    private static bool IsOwnChange(TableEntity read, string column, Soundness soundness) =>
        column == nameof(Operation.Sha256) && soundness.NewSha256 is not null && read.Written(column) == soundness.NewSha256;

    /// <summary>Returns the whole row, because a merge can't remove columns.</summary>
    private static TableEntity Changed(TableEntity row, Soundness soundness, string? damage, string level, ETag etag, DateTimeOffset now)
    {
        var changed = new TableEntity(row);
        if (damage is not null)
        {
            changed.Set(nameof(Operation.Damage), damage);
            changed.Set(nameof(Operation.DamagedAt), Operation.From(row) is { IsDamaged: true, DamagedAt: { } since } ? since : now);
            return changed;
        }

        changed.Set(nameof(Operation.VerifiedAt), now);
        changed.Set(nameof(Operation.VerifiedLevel), level);
        changed.Set(nameof(Operation.VerifiedETag), BackupBlob.Text(etag));
        changed.Set(nameof(Operation.Damage), null);
        changed.Set(nameof(Operation.DamagedAt), null);
        changed.Set(nameof(Operation.FileMissing), null);
        if (soundness.NewSha256 is not null)
        {
            changed.Set(nameof(Operation.Sha256), soundness.NewSha256);
        }

        return changed;
    }

    /// <returns>False if another process changed or deleted the row since it was read.</returns>
    private async Task<bool> TryWriteAsync(TableEntity changed, ETag read, CancellationToken cancellationToken)
    {
        try
        {
            await operations.UpdateEntityAsync(changed, read, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return false;
        }
    }

    private static string Short(string text) => text.Length <= MaxDamageLength ? text : text[..MaxDamageLength] + "…";
}
