namespace Cochin.Functions.Storage;

/// <summary>
/// The partitions of the operations table with rows that are neither backups nor restores but name a blob, usually because their PartitionKey
/// has another spelling.
/// </summary>
internal static class UnknownPartitions
{
    public const string Consequence = "the blobs that they name are kept and not registered";

    public const string Next = "Write these rows with the PartitionKey 'backup' or 'restore'";

    private const int MaxNamed = 5;

    /// <summary>Adds the partition of a row to those found, if it is one.</summary>
    public static void Add(ICollection<string> found, Operation operation)
    {
        var namesBlob = !string.IsNullOrWhiteSpace(operation.BlobName) || operation.UnreadableBlobNameType is not null;
        if (operation.IsOfUnknownKind && namesBlob && found.Count < MaxNamed && !found.Contains(operation.Kind))
        {
            found.Add(operation.Kind);
        }
    }

    /// <summary>Describes the rows, as a phrase that follows the name of the table.</summary>
    public static string Describe(IReadOnlyCollection<string> found) =>
        $"has rows with the PartitionKey{(found.Count == 1 ? "" : "s")} {string.Join(", ", found.Order(StringComparer.Ordinal).Select(name => $"'{name}'"))}, "
        + "which are read neither as backups nor as restores";

    /// <summary>The warning of a run; empty if there are no such partitions.</summary>
    /// <param name="consequence">What that means for the run, to follow "so".</param>
    public static IEnumerable<string> Warnings(IReadOnlyCollection<string> found, string consequence = Consequence) =>
        found.Count == 0 ? [] : [$"The operations table {Describe(found)}, so {consequence}. {Next}."];
}
