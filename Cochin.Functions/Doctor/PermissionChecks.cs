using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Doctor;

/// <summary>
/// Looks what we may do in the storage, by doing it to a blob and a row of its own that it takes away again. Where a
/// container or table is not there yet, nothing is tried and nothing made.
/// </summary>
internal sealed class PermissionChecks(CochinStorage storage)
{
    private const string Why = "a run writes its record, holds its lock and deletes what is old";

    private readonly string probe = $"cochin-doctor-{Guid.NewGuid():N}";

    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(
            ProbeAsync("may write to the system container", token => BlobAsync(storage.System, probe, token), cancellationToken),
            ProbeAsync("may write to the backup container", token => BlobAsync(storage.Backups, "temp/" + probe, token), cancellationToken),
            ProbeAsync("may write to the tables", TableAsync, cancellationToken)).ConfigureAwait(false);
        return [.. found.SelectMany(checks => checks)];
    }

    private static Task<IReadOnlyList<Check>> ProbeAsync(string name, Func<CancellationToken, Task<string>> look, CancellationToken cancellationToken) =>
        Check.ProbeAsync(name, Why, async token => [Check.Ok(name, await look(token).ConfigureAwait(false), Why)], cancellationToken);

    private static async Task<string> BlobAsync(BlobContainerClient container, string name, CancellationToken cancellationToken)
    {
        var blob = container.GetBlobClient(name);
        try
        {
            await blob.UploadAsync(BinaryData.Empty, new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } }, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return $"'{container.Name}' is not there yet, nothing was tried";
        }

        try
        {
            var lease = blob.GetBlobLeaseClient();
            await lease.AcquireAsync(TimeSpan.FromSeconds(15), cancellationToken: cancellationToken).ConfigureAwait(false);
            await lease.ReleaseAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await blob.DeleteAsync(cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }

        return "write, lease and delete work";
    }

    private async Task<string> TableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await storage.Jobs.AddEntityAsync(new TableEntity("doctor", probe), cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.TableNotFound)
        {
            return $"'{storage.Jobs.Name}' is not there yet, nothing was tried";
        }

        await storage.Jobs.DeleteEntityAsync("doctor", probe, ETag.All, CancellationToken.None).ConfigureAwait(false);
        return "write and delete work";
    }
}
