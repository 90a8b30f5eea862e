using System.Buffers.Binary;
using System.Text.Json;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>The state of a reconciliation, which may take several runs.</summary>
internal sealed record RebuildWork(RebuildState State, RecordIndex Index)
{
    private const int MaxStateBytes = 256 * 1024 * 1024;

    /// <param name="container">The backup container.</param>
    public static RebuildWork Start(Uri container, BackupSettings settings, DateTimeOffset now) =>
        new(new RebuildState { Settings = Describe(settings), Now = now }, new RecordIndex(container));

    /// <summary>Loads the checkpoint of an earlier run; null if the work starts over.</summary>
    /// <inheritdoc cref="Start"/>
    public static Task<RebuildWork?> FindAsync(Checkpoint checkpoint, Uri container, BackupSettings settings, CancellationToken cancellationToken) =>
        checkpoint.FindAsync((kept, token) => ReadAsync(kept, container, settings, token), cancellationToken);

    public Task KeepAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        State.Entries = Index.Table.Count;
        var state = JsonSerializer.SerializeToUtf8Bytes(State, RebuildJson.Default.RebuildState);
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, state.Length);
        return checkpoint.KeepAsync(State.Progress, Index.Table.Write().Prepend(state).Prepend(length), cancellationToken);
    }

    private static async Task<RebuildWork> ReadAsync(Stream kept, Uri container, BackupSettings settings, CancellationToken cancellationToken)
    {
        var length = new byte[sizeof(int)];
        await kept.ReadExactlyAsync(length, cancellationToken).ConfigureAwait(false);
        var json = BinaryPrimitives.ReadInt32LittleEndian(length) is > 0 and <= MaxStateBytes and var size ? new byte[size] : throw new InvalidDataException();
        await kept.ReadExactlyAsync(json, cancellationToken).ConfigureAwait(false);
        var state = JsonSerializer.Deserialize(json, RebuildJson.Default.RebuildState);
        return state is { Version: RebuildState.CurrentVersion } && state.Settings == Describe(settings)
            ? new RebuildWork(state, new RecordIndex(container, await BlobTable.ReadAsync(kept, state.Entries, cancellationToken).ConfigureAwait(false)))
            : throw new InvalidDataException();
    }

    private static string Describe(BackupSettings settings) => $"{settings.Grace:c} {string.Join(' ', settings.Extensions)}";
}
