using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// The backups and restores under way, and what in the temporary areas is theirs. One whose status can't be read counts, too: what
/// it uses is not proven to be unused.
/// </summary>
/// <remarks>A unit is looked up, not compared with each operation: there may be thousands of both.</remarks>
internal sealed class LiveOperations
{
    private const char Separator = '_';
    private static readonly string[] Columns = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.WorkPath)];

    // The units, areas or (as an empty path) everything that work paths lie at, below or above.
    private readonly HashSet<string> claimed = [];
    private readonly HashSet<string> ids = [];
    private readonly int mostParts;

    public LiveOperations(IEnumerable<Operation> operations)
    {
        var unreadable = new List<string>();
        foreach (var operation in operations.Where(operation => !operation.HasEnded))
        {
            if (!operation.IsLive)
            {
                unreadable.Add($"{operation.Kind}/{operation.Id}");
            }

            if (!string.IsNullOrEmpty(operation.WorkPath))
            {
                claimed.Add(string.Join('/', operation.WorkPath.Trim('/').Split('/').Take(2)));
            }

            if (operation.Id.Length > 0)
            {
                var id = WithOneSeparator(operation.Id);
                ids.Add(id);
                mostParts = Math.Max(mostParts, id.Count(Separator) + 1);
            }
        }

        Unreadable = unreadable;
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
    public bool Use(TempUnit unit) =>
        claimed.Contains("") || claimed.Contains(unit.Area) || claimed.Contains(unit.Path) || HasId(unit.Name);

    /// <summary>Whether an id stands in a name as a run of whole parts.</summary>
    private bool HasId(string name)
    {
        var text = WithOneSeparator(name);
        var known = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var start = 0; start >= 0; start = NextPart(text, start))
        {
            var end = start - 1;
            for (var parts = 1; parts <= mostParts && end < text.Length; parts++)
            {
                end = EndOfPart(text, end + 1);
                if (known.Contains(text.AsSpan(start..end)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static int EndOfPart(string text, int start) => text.IndexOf(Separator, start) is >= 0 and var end ? end : text.Length;

    private static int NextPart(string text, int start) => text.IndexOf(Separator, start) is >= 0 and var end ? end + 1 : -1;

    private static string WithOneSeparator(string name) => name.Replace('-', Separator).Replace('.', Separator);
}
