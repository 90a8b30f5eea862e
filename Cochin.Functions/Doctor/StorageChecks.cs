using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupTempFiles;

namespace Cochin.Functions.Doctor;

/// <summary>Looks at the storage: whether it answers, lets us read, has what it should have, and whether its clock is ours.</summary>
internal sealed class StorageChecks(CochinStorage storage, WorkPathReader paths, TimeProvider time)
{
    private const string Blobs = "blob storage";
    private const string BlobsWhy = "backups, temporary files and locks are there";
    private const string Tables = "table storage";
    private const string TablesWhy = "operations, quotes and run records are there";

    // Requests signed by a clock further off than a quarter of an hour are refused.
    private static readonly TimeSpan WorthKnowing = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Refused = TimeSpan.FromMinutes(15);

    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken)
    {
        var blobs = Check.ProbeAsync(Blobs, BlobsWhy, BlobsAsync, cancellationToken);
        var tables = Check.ProbeAsync(Tables, TablesWhy, TablesAsync, cancellationToken);
        return [.. await blobs.ConfigureAwait(false), .. await tables.ConfigureAwait(false)];
    }

    /// <inheritdoc cref="OperationsCheck"/>
    public Task<IReadOnlyList<Check>> ExamineOperationsAsync(CancellationToken cancellationToken) =>
        new OperationsCheck(storage, paths, time).ExamineAsync(cancellationToken);

    /// <summary>Whether the checks say that the storage can be read, whatever is in it.</summary>
    public static bool CanRead(IEnumerable<Check> checks) =>
        !checks.Any(check => check is { Name: Blobs or Tables, Result: CheckResult.Wrong });

    private async Task<IReadOnlyList<Check>> BlobsAsync(CancellationToken cancellationToken)
    {
        var (hasSystem, answer) = await FindSystemAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            Check.Ok(Blobs, $"answers at {storage.System.Uri.Host}", BlobsWhy),
            Clock(answer),
            hasSystem
                ? Check.Ok("system container", $"'{storage.Names.SystemContainer}' is there", "locks and the audit log are in it")
                : Check.Ok("system container", $"'{storage.Names.SystemContainer}' is not there yet; the first run makes it", "locks and the audit log are in it"),
            await BackupsAsync(cancellationToken).ConfigureAwait(false),
        ];
    }

    private async Task<(bool Exists, Response Answer)> FindSystemAsync(CancellationToken cancellationToken)
    {
        try
        {
            var container = await storage.System.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return (true, container.GetRawResponse());
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound && e.GetRawResponse() is { } answer)
        {
            return (false, answer);
        }
    }

    private async Task<Check> BackupsAsync(CancellationToken cancellationToken)
    {
        const string Name = "backup container";
        const string Why = "backups and temporary files are in it";
        try
        {
            var isEmpty = !await storage.Backups.GetBlobsAsync(cancellationToken: cancellationToken).Take(1).AnyAsync(cancellationToken).ConfigureAwait(false);
            return Check.Ok(Name, $"'{storage.Names.BackupContainer}' can be listed{(isEmpty ? " and is empty" : "")}", Why);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            var missing = await MissingContainer.ExplainAsync(storage, cancellationToken).ConfigureAwait(false);
            return missing.ExistedBefore ? Check.Wrong(Name, missing.Finding, Why, missing.Hint) : Check.Warning(Name, missing.Finding, Why, missing.Hint);
        }
    }

    private async Task<IReadOnlyList<Check>> TablesAsync(CancellationToken cancellationToken)
    {
        var read = new List<string>();
        var missing = new List<Check>();
        foreach (var table in new[] { storage.Operations, storage.Devis, storage.Jobs, storage.Runs })
        {
            var hasRows = await table.ReadAsync("", [nameof(TableEntity.RowKey)], pageSize: 1, cancellationToken).AnyAsync(cancellationToken).ConfigureAwait(false);
            var found = hasRows ? null : await MissingTable.FindAsync(storage, table, cancellationToken).ConfigureAwait(false);
            read.Add(hasRows ? table.Name : found is null ? $"{table.Name} (empty)" : $"{table.Name} (not there)");
            if (found is { ExistedBefore: true })
            {
                missing.Add(Check.Wrong($"table {table.Name}", found.Finding, TablesWhy, found.Hint));
            }
            else if (found is not null && table == storage.Operations)
            {
                missing.Add(Check.Warning($"table {table.Name}", found.Finding, "without it nothing counts as in use", found.Hint));
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
        return !await storage.Jobs.ReadAsync("PartitionKey eq 'job'", columns, pageSize: 1, cancellationToken).AnyAsync(cancellationToken).ConfigureAwait(false)
            && await storage.Runs.ReadAsync("Trigger eq 'Scheduled'", columns, pageSize: 1, cancellationToken).AnyAsync(cancellationToken).ConfigureAwait(false);
    }

    private Check Clock(Response response)
    {
        const string Name = "clock";
        const string Why = "requests are signed with the time, and refused when it is 15 minutes off";
        const string Mend = "Set this machine's clock, e.g. with timedatectl set-ntp true";
        if (response.Headers.Date is not { } theirs)
        {
            return Check.Wrong(Name, "the storage does not tell its time", "the age of files is measured on it; without it nothing is deleted", "Look for a proxy that removes the Date header");
        }

        var difference = (time.GetUtcNow() - theirs).Duration();
        var found = $"{difference.TotalSeconds:0} s from the storage's";
        return difference > Refused ? Check.Wrong(Name, found, Why, Mend)
            : difference > WorthKnowing ? Check.Warning(Name, found, Why, Mend)
            : Check.Ok(Name, found, Why);
    }
}
