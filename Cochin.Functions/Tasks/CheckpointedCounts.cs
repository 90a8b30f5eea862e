using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cochin.Functions.Tasks;

/// <summary>
/// What earlier runs of the same work did, for a task whose rows themselves show what is left: a run continues by reading them, and its
/// counts are those of the whole work.
/// </summary>
internal static partial class CheckpointedCounts
{
    /// <returns>The counts by name; null if the work starts with this run.</returns>
    public static Task<Dictionary<string, long>?> FindAsync(Checkpoint checkpoint, CancellationToken cancellationToken) =>
        checkpoint.FindAsync(ReadAsync, cancellationToken);

    /// <summary>Keeps the counts that the next run continues from; their sum is how far the work is.</summary>
    public static Task KeepAsync(Checkpoint checkpoint, Dictionary<string, long> counts, CancellationToken cancellationToken) =>
        checkpoint.KeepAsync(counts.Values.Sum(), [JsonSerializer.SerializeToUtf8Bytes(counts, CountsJson.Default.DictionaryStringInt64)], cancellationToken);

    private static async Task<Dictionary<string, long>> ReadAsync(Stream kept, CancellationToken cancellationToken)
    {
        var counts = await JsonSerializer.DeserializeAsync(kept, CountsJson.Default.DictionaryStringInt64, cancellationToken).ConfigureAwait(false);
        return counts ?? throw new InvalidDataException();
    }

    [JsonSerializable(typeof(Dictionary<string, long>))]
    private sealed partial class CountsJson : JsonSerializerContext;
}
