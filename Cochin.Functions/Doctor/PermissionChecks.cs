using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Doctor;

/// <summary>
/// Checks the permissions on the storage by writing and deleting its own test blobs and row. If a container or table does not exist yet, it is
/// not created and not tested.
/// </summary>
internal sealed class PermissionChecks(CochinStorage storage)
{
    private const string Why = "a run writes its record, holds a lock and deletes old files";

    private readonly string testName = $"cochin-doctor-{Guid.NewGuid():N}";

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancellationToken)
    {
        var hasAudit = storage.Names.AuditContainer != storage.Names.SystemContainer;
        var found = await Task.WhenAll(
            hasAudit ? CheckAsync("may write to the audit container", TestAuditAsync, cancellationToken) : Task.FromResult<IReadOnlyList<Check>>([]),
            CheckAsync("may write to the system container", token => TestBlobAsync(storage.System, testName, token), cancellationToken),
            CheckAsync("may write to the backup container", token => TestBlobAsync(storage.Backups, "temp/" + testName, token), cancellationToken),
            CheckAsync("may write to the tables", TestTableAsync, cancellationToken)).ConfigureAwait(false);
        return [.. found.SelectMany(checks => checks)];
    }

    private static Task<IReadOnlyList<Check>> CheckAsync(string name, Func<CancellationToken, Task<string>> test, CancellationToken cancellationToken) =>
        Check.RunAsync(name, Why, async token => [Check.Ok(name, await test(token).ConfigureAwait(false), Why)], cancellationToken);

    private static async Task<string> TestBlobAsync(BlobContainerClient container, string name, CancellationToken cancellationToken)
    {
        var blob = container.GetBlobClient(name);
        try
        {
            var options = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await blob.UploadAsync(BinaryData.Empty, options, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return $"'{container.Name}' does not exist yet; not tested";
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

    /// <summary>Appends to a blob that does not exist: the container may be immutable, so that a test blob could not be deleted.</summary>
    private async Task<string> TestAuditAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var line = new MemoryStream("\n"u8.ToArray());
            await storage.Audit.GetAppendBlobClient(testName).AppendBlockAsync(line, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return $"'{storage.Audit.Name}' does not exist yet; not tested";
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            // Only a request that is authorized gets this answer.
        }

        return "writing is allowed";
    }

    private async Task<string> TestTableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await storage.Jobs.AddEntityAsync(new TableEntity("doctor", testName), cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.TableNotFound)
        {
            return $"'{storage.Jobs.Name}' does not exist yet; not tested";
        }

        await storage.Jobs.DeleteEntityAsync("doctor", testName, ETag.All, CancellationToken.None).ConfigureAwait(false);
        return "write and delete work";
    }
}
