using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cochin.Functions.Tasks;

/// <summary>
/// The counts of earlier runs of the same work. For tasks whose rows show what is left to do: a run continues by reading them and reports
/// the counts of the whole work.
/// </summary>
internal static partial class CheckpointedCounts
{
    /// <returns>The counts by name; null if the work starts with this run.</returns>
    public static Task<Dictionary<string, long>?> FindAsync(Checkpoint checkpoint, CancellationToken cancellationToken) =>
        checkpoint.FindAsync(ReadAsync, cancellationToken);

    /// <summary>Saves the counts that the next run continues from; their sum is the progress of the work.</summary>
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
