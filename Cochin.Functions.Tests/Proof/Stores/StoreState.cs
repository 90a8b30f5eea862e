using System.Globalization;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>
/// What a store holds, comparable with what another one holds: the backup container's blobs by name, the rows with all their columns
/// but times and versions, and without what is made anew each time (ids of runs).
/// </summary>
internal sealed partial class StoreState
{
    private readonly SortedDictionary<string, string> items = new(StringComparer.Ordinal);

    private StoreState()
    {
    }

    public static string BlobKey(string name) => "blob " + name;

    public static async Task<StoreState> ReadAsync(ProofStore store)
    {
        var state = new StoreState();
        await foreach (var blob in store.Storage.Backups.GetBlobsAsync())
        {
            state.items[BlobKey(blob.Name)] = "";
        }

        var tables = new[]
        {
            ("operation", store.Storage.Operations), ("devis", store.Storage.Devis), ("configuration", store.Storage.Configurations),
            ("job", store.Storage.Jobs),
        };
        foreach (var (name, table) in tables)
        {
            await foreach (var row in table.ReadAsync("PartitionKey ne ''"))
            {
                state.items[$"{name} {row.PartitionKey}/{row.RowKey}"] = Describe(row, store.Unique);
            }
        }

        return state;
    }

    /// <summary>The names of the blobs.</summary>
    public IEnumerable<string> Blobs => items.Keys.Where(key => key.StartsWith("blob ", StringComparison.Ordinal)).Select(key => key[5..]);

    /// <summary>The operations, as <c>kind/id</c>.</summary>
    public IEnumerable<string> Operations => items.Keys.Where(key => key.StartsWith("operation ", StringComparison.Ordinal)).Select(key => key[10..]);

    public string? Operation(string target) => items.GetValueOrDefault("operation " + target);

    /// <summary>What is not the same in another state; nothing where they are equal.</summary>
    public IReadOnlyList<string> DifferencesFrom(StoreState other) =>
    [
        .. items.Keys.Union(other.items.Keys)
            .Where(key => items.GetValueOrDefault(key) != other.items.GetValueOrDefault(key))
            .Select(key => $"{key}: '{items.GetValueOrDefault(key, "(none)")}' and not '{other.items.GetValueOrDefault(key, "(none)")}'"),
    ];

    /// <summary>What is neither as it was before nor as it shall be after: the work of nobody.</summary>
    public IReadOnlyList<string> NeitherOf(StoreState before, StoreState after, Func<string, bool> isOfTask) =>
    [
        .. items.Keys.Union(before.items.Keys)
            .Where(isOfTask)
            .Where(key => items.GetValueOrDefault(key) != before.items.GetValueOrDefault(key)
                && items.GetValueOrDefault(key) != after.items.GetValueOrDefault(key))
            .Select(key => $"{key}: '{items.GetValueOrDefault(key, "(none)")}', "
                + $"which is neither '{before.items.GetValueOrDefault(key, "(none)")}' nor '{after.items.GetValueOrDefault(key, "(none)")}'"),
    ];

    private static string Describe(TableEntity row, string unique)
    {
        var columns =
            from column in row.OrderBy(column => column.Key, StringComparer.Ordinal)
            where column.Key is not ("PartitionKey" or "RowKey" or "odata.etag" or "Timestamp") && column.Value is not null
            where column.Key != RunnerChecks.Column // Times too: it depends on which jobs the runners of a test checked.
            where column.Value is not DateTimeOffset || column.Key == nameof(JobState.SettledOccurrence)
            let value = column.Key == nameof(global::Cochin.Functions.Storage.Operation.VerifiedETag) ? "VERSION" : column.Value
            select $"{column.Key}={(value is DateTimeOffset time ? time.ToString("u", CultureInfo.InvariantCulture) : value)}";
        return Times().Replace(RunIds().Replace(string.Join("; ", columns), "RUN"), "TIME").Replace(unique, "STORE", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\d{8}T\d{6}-[0-9a-f]{6}")]
    private static partial Regex RunIds();

    // In the words of a message; a column's own time is left as it is.
    [GeneratedRegex(@"(?<!=)\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ?")]
    private static partial Regex Times();
}
