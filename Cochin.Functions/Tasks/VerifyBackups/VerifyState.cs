using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>The checkpoint of a run that was out of time. Sound backups are not listed, because their rows contain the verdict.</summary>
internal sealed partial record VerifyState
{
    public DateTimeOffset BegunAt { get; init; }

    public long Verified { get; set; }

    public long Damaged { get; set; }

    public long Repaired { get; set; }

    public long Changed { get; set; }

    public long Failed { get; set; }

    public long Read { get; set; }

    /// <summary>The number of backups that could be decrypted with the key.</summary>
    public long Opened { get; set; }

    /// <summary>The number of backups that could not be decrypted.</summary>
    public long Locked { get; set; }

    /// <summary>The ids of backups that were handled but are still due.</summary>
    public HashSet<string> Tried { get; init; } = [];

    /// <summary>The ids of backups that were being read when the time of a run was over. They are read first, one at a time.</summary>
    public HashSet<string> Interrupted { get; init; } = [];

    /// <summary>Their problems, for the result of the whole work.</summary>
    public List<string> Problems { get; init; } = [];

    [JsonIgnore]
    public long Handled => Verified + Damaged + Changed + Failed;

    /// <summary>The progress of the work. A backup that was interrupted is some, because the next run gives it more time.</summary>
    [JsonIgnore]
    public long Progress => Handled + Interrupted.Count;

    /// <returns>The state of an earlier run; null if the work starts with this run.</returns>
    public static Task<VerifyState?> FindAsync(Checkpoint checkpoint, CancellationToken cancellationToken) => checkpoint.FindAsync(
        async (kept, token) =>
            await JsonSerializer.DeserializeAsync(kept, StateJson.Default.VerifyState, token).ConfigureAwait(false) ?? throw new InvalidDataException(),
        cancellationToken);

    public Task KeepAsync(Checkpoint checkpoint, CancellationToken cancellationToken) =>
        checkpoint.KeepAsync(Progress, [JsonSerializer.SerializeToUtf8Bytes(this, StateJson.Default.VerifyState)], cancellationToken);

    [JsonSerializable(typeof(VerifyState))]
    private sealed partial class StateJson : JsonSerializerContext;
}
