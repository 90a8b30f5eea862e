using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// The backups and restores under way, and what in the temporary areas is theirs. One whose status can't be read counts, too: what
/// it uses is not proven to be unused.
/// </summary>
internal sealed class LiveOperations
{
    private static readonly string[] Columns = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.WorkPath)];

    private readonly string[] workPaths;
    private readonly string[] ids;

    public LiveOperations(IEnumerable<Operation> operations)
    {
        var live = operations.Where(operation => !operation.HasEnded).ToList();
        Unreadable = [.. live.Where(operation => !operation.IsLive).Select(operation => $"{operation.Kind}/{operation.Id}")];
        workPaths = [.. live.Select(operation => operation.WorkPath).OfType<string>().Where(path => path.Length > 0).Select(path => path.Trim('/'))];
        ids = [.. live.Where(operation => operation.Id.Length > 0).Select(operation => Parts(operation.Id))];
    }

    /// <summary>Those with a status that is none of the contract's.</summary>
    public IReadOnlyList<string> Unreadable { get; }

    /// <exception cref="Azure.RequestFailedException">They can't be read; then nothing may be deleted.</exception>
    public static async Task<LiveOperations> ReadAsync(TableClient operations, CancellationToken cancellationToken) =>
        new(await operations.ReadAsync(OperationStatus.NotEndedFilter, Columns, cancellationToken: cancellationToken)
            .Select(Operation.From)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false));

    /// <summary>Whether a unit lies at, above or below an operation's work path, or has an operation's id in its name.</summary>
    public bool Use(TempUnit unit)
    {
        var path = unit.Path;
        if (Array.Exists(workPaths, work => work.Length == 0 || IsWithin(path, work) || IsWithin(work, path)))
        {
            return true;
        }

        var parts = Parts(unit.Name);
        return Array.Exists(ids, id => parts.Contains(id, StringComparison.Ordinal));
    }

    private static bool IsWithin(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/');

    // `backup-7.zip` becomes `/backup/7/zip/`: a run of whole parts is then a plain substring.
    private static string Parts(string name) => $"/{name.Replace('_', '/').Replace('-', '/').Replace('.', '/')}/";
}
