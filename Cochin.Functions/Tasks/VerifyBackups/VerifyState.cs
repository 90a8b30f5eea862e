using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>What a run leaves for the next one if its time is used up. What was found sound shows in the rows themselves.</summary>
internal sealed partial record VerifyState
{
    public DateTimeOffset BegunAt { get; init; }

    public long Verified { get; set; }

    public long Damaged { get; set; }

    public long Repaired { get; set; }

    public long Changed { get; set; }

    public long Failed { get; set; }

    public long Read { get; set; }

    /// <summary>How many encrypted backups the key has opened.</summary>
    public long Opened { get; set; }

    /// <summary>How many it has not.</summary>
    public long Locked { get; set; }

    /// <summary>The backups that were dealt with and are due all the same.</summary>
    public HashSet<string> Tried { get; init; } = [];

    /// <summary>What was wrong with them, for the result of the whole work.</summary>
    public List<string> Problems { get; init; } = [];

    /// <summary>How far the work is.</summary>
    [JsonIgnore]
    public long Handled => Verified + Damaged + Changed + Failed;

    /// <returns>What an earlier run has left; null if this is the first of the work.</returns>
    public static Task<VerifyState?> FindAsync(Checkpoint checkpoint, CancellationToken cancellationToken) => checkpoint.FindAsync(
        async (kept, token) =>
            await JsonSerializer.DeserializeAsync(kept, StateJson.Default.VerifyState, token).ConfigureAwait(false) ?? throw new InvalidDataException(),
        cancellationToken);

    public Task KeepAsync(Checkpoint checkpoint, CancellationToken cancellationToken) =>
        checkpoint.KeepAsync(Handled, [JsonSerializer.SerializeToUtf8Bytes(this, StateJson.Default.VerifyState)], cancellationToken);

    [JsonSerializable(typeof(VerifyState))]
    private sealed partial class StateJson : JsonSerializerContext;
}
