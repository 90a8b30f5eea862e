using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Cochin.Functions.Storage;

/// <summary>Explains why a table of the application is missing, or has no rows although it had some.</summary>
/// <param name="ExistedBefore">Whether an earlier run read it, or it exists with another prefix. This is a problem; otherwise the account is new.</param>
/// <param name="Finding">What was found, as one sentence.</param>
/// <param name="Hint">What to do next.</param>
internal sealed record MissingTable(bool ExistedBefore, string Finding, string Hint)
{
    // In the system container and not in a table: with a wrong prefix, the run records can't be found either.
    private const string Folder = "seen/";

    /// <summary>Both sentences, as one message.</summary>
    public string Message => $"{Finding} {Hint}";

    /// <summary>The message of a run that did nothing because of this.</summary>
    /// <param name="done">What was not done, e.g. "copied".</param>
    public string Refusal(string done) => $"{Finding} Nothing was {done}. {Hint}";

    /// <summary>Whether a request failed because its table does not exist.</summary>
    public static bool Is(RequestFailedException e) => e.ErrorCode == TableErrorCode.TableNotFound;

    /// <summary>Checks whether a table exists.</summary>
    /// <returns>The explanation if it does not exist; null if it does.</returns>
    public static async Task<MissingTable?> FindAsync(CochinStorage storage, TableClient table, CancellationToken cancellationToken)
    {
        try
        {
            var page = table.QueryAsync<TableEntity>(maxPerPage: 1, select: [nameof(TableEntity.PartitionKey)], cancellationToken: cancellationToken).AsPages();
            await page.Take(1).CountAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (RequestFailedException e) when (Is(e))
        {
            return await ExplainAsync(storage, table, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Checks whether earlier runs of this installation read the table, or one with another prefix.</summary>
    public static async Task<MissingTable> ExplainAsync(CochinStorage storage, TableClient table, CancellationToken cancellationToken)
    {
        var seen = await SeenAsync(storage, table, cancellationToken).ConfigureAwait(false);
        if (seen.Count == 0)
        {
            var isOperations = table.Name == storage.Operations.Name;
            if (isOperations && await OtherOperations.FindAsync(storage, cancellationToken).ConfigureAwait(false) is { } other)
            {
                return new(
                    ExistedBefore: true,
                    $"The table '{table.Name}' does not exist, but '{other}' has operations of the container '{storage.Names.BackupContainer}'.",
                    $"Set Cochin__Storage__TablePrefix to '{OtherOperations.PrefixOf(other)}'. To start with an empty table, create '{table.Name}'.");
            }

            return new(
                ExistedBefore: false,
                $"The table '{table.Name}' does not exist yet, so it counts as empty.",
                "If the application's tables have another prefix, set Cochin__Storage__TablePrefix to it.");
        }

        return Lost(storage, table, seen, "does not exist, although earlier runs read");
    }

    /// <summary>
    /// Checks whether a table has lost its rows: it does not exist or is empty, although earlier runs read some. New rows would lack what the lost ones
    /// had, for example that a backup is protected or an alert was sent, and would hide the loss from all later runs.
    /// </summary>
    /// <returns>Null if it has rows, or if no run has read any.</returns>
    public static async Task<MissingTable?> FindLostAsync(CochinStorage storage, TableClient table, CancellationToken cancellationToken)
    {
        try
        {
            var rows = table.QueryAsync<TableEntity>(maxPerPage: 1, select: [nameof(TableEntity.PartitionKey)], cancellationToken: cancellationToken);
            return await rows.AnyAsync(cancellationToken).ConfigureAwait(false)
                ? null
                : await ExplainEmptyAsync(storage, table, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (Is(e))
        {
            return await ExplainAsync(storage, table, cancellationToken).ConfigureAwait(false) is { ExistedBefore: true } lost ? lost : null;
        }
    }

    /// <summary>Does nothing unless a table has lost its rows (<see cref="FindLostAsync"/>).</summary>
    /// <exception cref="LostTableException">It has, so what it said is unknown.</exception>
    public static async Task EnsureNotLostAsync(CochinStorage storage, TableClient table, CancellationToken cancellationToken)
    {
        if (await FindLostAsync(storage, table, cancellationToken).ConfigureAwait(false) is { } lost)
        {
            throw new LostTableException(lost);
        }
    }

    /// <summary>Explains why a table in which the caller found no rows must not count as empty: earlier runs read some.</summary>
    /// <returns>Null if earlier runs read no rows.</returns>
    public static async Task<MissingTable?> ExplainEmptyAsync(CochinStorage storage, TableClient table, CancellationToken cancellationToken) =>
        await SeenAsync(storage, table, cancellationToken).ConfigureAwait(false) is { Count: > 0 } seen
            ? Lost(storage, table, seen, "is empty, although earlier runs read rows of")
            : null;

    /// <summary>Records that a run has read rows of a table, unless that is already recorded.</summary>
    /// <param name="isDryRun">If true, nothing is written.</param>
    /// <returns>A warning if this table is new, and earlier runs read one with another prefix; otherwise null.</returns>
    public static async Task<string?> RememberAsync(CochinStorage storage, TableClient table, bool isDryRun, CancellationToken cancellationToken)
    {
        var seen = await SeenAsync(storage, table, cancellationToken).ConfigureAwait(false);
        var isNew = !seen.Contains(table.Name);
        if (isNew && !isDryRun)
        {
            await storage.System.WriteAsync(
                container => container.GetBlobClient(FolderOf(storage) + table.Name).UploadAsync(BinaryData.Empty, overwrite: true, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }

        return isNew && seen.Find(name => name != table.Name) is { } other
            ? $"Earlier runs read the table '{other}', but this one reads '{table.Name}'. "
                + "Check Cochin__Storage__TablePrefix: it must be the prefix of the application's tables."
            : null;
    }

    /// <summary>Returns the blob that records that earlier runs read rows of this table, or of one with another prefix; null if there is none.</summary>
    public static async Task<string?> FindTraceAsync(CochinStorage storage, TableClient table, CancellationToken cancellationToken) =>
        await SeenAsync(storage, table, cancellationToken).ConfigureAwait(false) is [var name, ..] ? FolderOf(storage) + name : null;

    /// <param name="what">What is wrong with it, up to the table that earlier runs read.</param>
    private static MissingTable Lost(CochinStorage storage, TableClient table, List<string> seen, string what)
    {
        var (read, trace) = seen.Contains(table.Name) ? ("it", table.Name) : ($"'{seen[0]}'", seen[0]);
        return new(
            ExistedBefore: true,
            $"The table '{table.Name}' {what} {read}.",
            "Set Cochin__Storage__TablePrefix to the prefix of the application's tables, or restore the table. To start with an empty table, "
                + $"delete the blob {FolderOf(storage)}{trace} in the container '{storage.Names.SystemContainer}'.");
    }

    /// <summary>Returns the tables of this kind that were read, with any prefix.</summary>
    private static async Task<List<string>> SeenAsync(CochinStorage storage, TableClient table, CancellationToken cancellationToken)
    {
        var (folder, kind) = (FolderOf(storage), table.Name[storage.Names.TablePrefix.Length..]);
        try
        {
            return await storage.System.GetBlobsAsync(BlobTraits.None, BlobStates.None, folder, cancellationToken)
                .Select(blob => blob.Name[folder.Length..])
                .Where(name => name.EndsWith(kind, StringComparison.Ordinal))
                .ToListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return [];
        }
    }

    // An installation is identified by its backup container.
    private static string FolderOf(CochinStorage storage) => $"{Folder}{storage.Names.BackupContainer}/";
}

/// <summary>A table of the application has lost its rows, so nothing can be concluded from it.</summary>
internal sealed class LostTableException(MissingTable table) : Exception(table.Message)
{
    public MissingTable Table { get; } = table;
}
