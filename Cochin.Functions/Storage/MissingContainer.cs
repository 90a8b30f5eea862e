using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>What it means that there is no backup container.</summary>
/// <param name="WasSeen">It was there before, so something is wrong; otherwise the account is new.</param>
/// <param name="Found">What was found, as one sentence.</param>
/// <param name="Next">What to do about it.</param>
internal sealed record MissingContainer(bool WasSeen, string Found, string Next)
{
    /// <summary>The column of a run's record that says that the run knew of the container.</summary>
    public const string SeenColumn = "SawBackups";

    /// <summary>Both sentences.</summary>
    public string Message => $"{Found} {Next}";

    /// <summary>Looks for a trace of the container: a run that read it, or an operation that names a blob in it.</summary>
    public static async Task<MissingContainer> ExplainAsync(CochinStorage storage, CancellationToken cancellationToken)
    {
        var name = storage.Names.BackupContainer;
        if (await FindRunAsync(storage.Runs, cancellationToken).ConfigureAwait(false) is { } run)
        {
            return Gone(name, $"run {run} read it");
        }

        if (await FindOperationAsync(storage.Operations, cancellationToken).ConfigureAwait(false) is { } operation)
        {
            return Gone(name, $"{operation} names a blob in it");
        }

        return new(
            WasSeen: false,
            $"There is no backup container '{name}' yet, so there is nothing to do.",
            "If the backups are elsewhere, set Cochin__Storage__BackupContainer to their container.");
    }

    /// <param name="trace">How it is known that it was there.</param>
    public static MissingContainer Gone(string name, string trace) => new(
        WasSeen: true,
        $"The backup container '{name}' does not exist, although {trace}.",
        "Set Cochin__Storage__BackupContainer to the container with the backups, or restore the deleted one.");

    private static async Task<string?> FindRunAsync(TableClient runs, CancellationToken cancellationToken)
    {
        var rows = runs.ReadAsync($"{SeenColumn} eq true", ["RunId"], pageSize: 1, cancellationToken);
        return await rows.FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } row ? row.Written("RunId") ?? "unknown" : null;
    }

    // Without a filter: whether one selects rows that lack the column depends on the service.
    private static async Task<string?> FindOperationAsync(TableClient operations, CancellationToken cancellationToken)
    {
        string[] columns = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.BlobName)];
        var rows = operations.ReadAsync("", columns, cancellationToken: cancellationToken);
        return await rows.FirstOrDefaultAsync(row => row.Has(nameof(Operation.BlobName)), cancellationToken).ConfigureAwait(false) is { } row
            ? $"{row.PartitionKey}/{row.RowKey}"
            : null;
    }
}
