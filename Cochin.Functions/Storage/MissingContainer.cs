using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>Explains why the backup container is missing.</summary>
/// <param name="ExistedBefore">Whether the container existed before. This is a problem; otherwise the account is new.</param>
/// <param name="Finding">What was found, as one sentence.</param>
/// <param name="Hint">What to do next.</param>
internal sealed record MissingContainer(bool ExistedBefore, string Finding, string Hint)
{
    /// <summary>The column of run records that is true if the container existed.</summary>
    public const string SeenColumn = "SawBackups";

    /// <summary>Both sentences, as one message.</summary>
    public string Message => $"{Finding} {Hint}";

    /// <summary>Searches for evidence that the container existed: a run that read it, or an operation that refers to a blob in it.</summary>
    public static async Task<MissingContainer> ExplainAsync(CochinStorage storage, CancellationToken cancellationToken)
    {
        var name = storage.Names.BackupContainer;
        if (await FindRunAsync(storage.Runs, cancellationToken).ConfigureAwait(false) is { } run)
        {
            return ForExisting(name, $"run {run} read it");
        }

        if (await FindOperationAsync(storage.Operations, cancellationToken).ConfigureAwait(false) is { } operation)
        {
            return ForExisting(name, $"{operation} refers to a blob in it");
        }

        return new(
            ExistedBefore: false,
            $"The backup container '{name}' does not exist yet, so there is nothing to do.",
            "If the backups are in another container, set Cochin__Storage__BackupContainer to its name.");
    }

    /// <summary>Explains that a container that existed before is missing.</summary>
    /// <param name="evidence">The evidence that the container existed, as a clause.</param>
    public static MissingContainer ForExisting(string name, string evidence) => new(
        ExistedBefore: true,
        $"The backup container '{name}' does not exist, although {evidence}.",
        "Set Cochin__Storage__BackupContainer to the container with the backups, or restore the deleted container.");

    private static async Task<string?> FindRunAsync(TableClient runs, CancellationToken cancellationToken)
    {
        var rows = runs.ReadAsync($"{SeenColumn} eq true", ["RunId"], pageSize: 1, cancellationToken);
        return await rows.FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } row ? row.Written("RunId") ?? "unknown" : null;
    }

    // Filters in memory, because services differ in how a filter treats rows without the column.
    private static async Task<string?> FindOperationAsync(TableClient operations, CancellationToken cancellationToken)
    {
        string[] columns = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.BlobName)];
        var rows = operations.ReadAsync("", columns, cancellationToken: cancellationToken);
        return await rows.FirstOrDefaultAsync(row => row.Has(nameof(Operation.BlobName)), cancellationToken).ConfigureAwait(false) is { } row
            ? $"{row.PartitionKey}/{row.RowKey}"
            : null;
    }
}
