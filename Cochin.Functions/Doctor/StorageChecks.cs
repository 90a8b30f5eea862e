using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;

namespace Cochin.Functions.Doctor;

/// <summary>Checks the storage: whether it responds, can be read, has its containers and tables, and agrees with this machine's clock.</summary>
internal sealed class StorageChecks(CochinStorage storage, WorkPathReader paths, TimeProvider time)
{
    private const string Blobs = "blob storage";
    private const string BlobsWhy = "backups, temporary files and locks are there";
    private const string Tables = "table storage";
    private const string TablesWhy = "operations, quotes and run records are there";

    // The storage rejects requests signed by a clock that is off by more than 15 minutes.
    private static readonly TimeSpan ClockWarning = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ClockLimit = TimeSpan.FromMinutes(15);

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancellationToken)
    {
        var blobs = Check.RunAsync(Blobs, BlobsWhy, CheckBlobsAsync, cancellationToken);
        var tables = Check.RunAsync(Tables, TablesWhy, CheckTablesAsync, cancellationToken);
        return [.. await blobs.ConfigureAwait(false), .. await tables.ConfigureAwait(false)];
    }

    /// <inheritdoc cref="OperationsCheck"/>
    public Task<IReadOnlyList<Check>> RunOperationsAsync(CancellationToken cancellationToken) =>
        new OperationsCheck(storage, paths, time).RunAsync(cancellationToken);

    /// <summary>Whether the storage can be read, according to the checks.</summary>
    public static bool CanRead(IEnumerable<Check> checks) =>
        !checks.Any(check => check is { Name: Blobs or Tables, Result: CheckResult.Wrong });

    private async Task<IReadOnlyList<Check>> CheckBlobsAsync(CancellationToken cancellationToken)
    {
        var (hasSystem, answer) = await FindContainerAsync(storage.System, cancellationToken).ConfigureAwait(false);
        return
        [
            Check.Ok(Blobs, $"responds at {storage.System.Uri.Host}", BlobsWhy),
            CheckClock(answer),
            Check.Ok(
                "system container",
                $"'{storage.Names.SystemContainer}' {(hasSystem ? "exists" : "does not exist yet; the first run creates it")}",
                $"locks{(HasAuditContainer ? "" : " and the audit log")} are in it"),
            .. HasAuditContainer ? [await CheckAuditAsync(cancellationToken).ConfigureAwait(false)] : Array.Empty<Check>(),
            await CheckBackupsAsync(cancellationToken).ConfigureAwait(false),
        ];
    }

    private bool HasAuditContainer => storage.Names.AuditContainer != storage.Names.SystemContainer;

    private async Task<Check> CheckAuditAsync(CancellationToken cancellationToken)
    {
        var (exists, _) = await FindContainerAsync(storage.Audit, cancellationToken).ConfigureAwait(false);
        return Check.Ok(
            "audit container",
            $"'{storage.Names.AuditContainer}' {(exists ? "exists" : "does not exist yet; the first run creates it")}",
            "the audit log is in it");
    }

    private static async Task<(bool Exists, Response Answer)> FindContainerAsync(BlobContainerClient container, CancellationToken cancellationToken)
    {
        try
        {
            var properties = await container.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return (true, properties.GetRawResponse());
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound && e.GetRawResponse() is { } answer)
        {
            return (false, answer);
        }
    }

    private async Task<Check> CheckBackupsAsync(CancellationToken cancellationToken)
    {
        const string Name = "backup container";
        const string Why = "backups and temporary files are in it";
        try
        {
            var blobs = storage.Backups.GetBlobsAsync(cancellationToken: cancellationToken);
            var isEmpty = !await blobs.AnyAsync(cancellationToken).ConfigureAwait(false);
            return Check.Ok(Name, $"'{storage.Names.BackupContainer}' can be listed{(isEmpty ? " and is empty" : "")}", Why);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            var missing = await MissingContainer.ExplainAsync(storage, cancellationToken).ConfigureAwait(false);
            return missing.ExistedBefore ? Check.Wrong(Name, missing.Finding, Why, missing.Hint) : Check.Warning(Name, missing.Finding, Why, missing.Hint);
        }
    }

    private async Task<IReadOnlyList<Check>> CheckTablesAsync(CancellationToken cancellationToken)
    {
        var read = new List<string>();
        var missing = new List<Check>();
        foreach (var table in new[] { storage.Operations, storage.Devis, storage.Configurations, storage.Jobs, storage.Runs })
        {
            var rows = table.ReadAsync("", [nameof(TableEntity.RowKey)], pageSize: 1, cancellationToken);
            var hasRows = await rows.AnyAsync(cancellationToken).ConfigureAwait(false);
            var found = hasRows ? null : await MissingTable.FindAsync(storage, table, cancellationToken).ConfigureAwait(false);
            read.Add(hasRows ? table.Name : found is null ? $"{table.Name} (empty)" : $"{table.Name} (missing)");
            if (!hasRows && found is null)
            {
                found = await MissingTable.ExplainEmptyAsync(storage, table, cancellationToken).ConfigureAwait(false);
            }

            if (found is { ExistedBefore: true })
            {
                missing.Add(Check.Wrong($"table {table.Name}", found.Finding, TablesWhy, found.Hint));
            }
            else if (found is not null && table == storage.Operations)
            {
                missing.Add(Check.Warning($"table {table.Name}", found.Finding, "without it, no file counts as in use", found.Hint));
            }
        }

        if (await HasLostJobsAsync(cancellationToken).ConfigureAwait(false))
        {
            missing.Add(Check.Warning(
                $"table {storage.Jobs.Name}",
                $"has no job, although {storage.Runs.Name} has scheduled runs",
                "each job counts as new: what was switched off is on again, and what was missed is not made up",
                "If it was lost, switch off again what was off: ./cochin remove JOB; then see ./cochin history"));
        }

        return [Check.Ok(Tables, $"can be read: {string.Join(", ", read)}", TablesWhy), .. missing];
    }

    private async Task<bool> HasLostJobsAsync(CancellationToken cancellationToken)
    {
        string[] columns = [nameof(TableEntity.RowKey)];
        var jobs = storage.Jobs.ReadAsync("PartitionKey eq 'job'", columns, pageSize: 1, cancellationToken);
        var runs = storage.Runs.ReadAsync("Trigger eq 'Scheduled'", columns, pageSize: 1, cancellationToken);
        return !await jobs.AnyAsync(cancellationToken).ConfigureAwait(false) && await runs.AnyAsync(cancellationToken).ConfigureAwait(false);
    }

    private Check CheckClock(Response response)
    {
        const string Name = "clock";
        const string Why = "the storage rejects requests if the clocks differ by more than 15 minutes";
        const string Next = "Set this machine's clock, for example with timedatectl set-ntp true";
        if (response.Headers.Date is not { } storageTime)
        {
            return Check.Wrong(
                Name,
                "the storage does not report its time",
                "file ages are calculated from it; without it, nothing is deleted",
                "Look for a proxy that removes the Date header");
        }

        var difference = (time.GetUtcNow() - storageTime).Duration();
        var found = $"{difference.TotalSeconds:0} s off the storage's clock";
        return difference > ClockLimit ? Check.Wrong(Name, found, Why, Next)
            : difference > ClockWarning ? Check.Warning(Name, found, Why, Next)
            : Check.Ok(Name, found, Why);
    }
}
