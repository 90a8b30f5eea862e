using System.Buffers.Binary;
using System.Text.Json;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>A reconciliation that may take several runs: how far it is, and the index.</summary>
internal sealed record RebuildWork(RebuildState State, RecordIndex Index)
{
    private const int LongestState = 256 * 1024 * 1024;

    /// <param name="container">The backup container.</param>
    public static RebuildWork Begin(Uri container, BackupSettings settings, DateTimeOffset now) =>
        new(new RebuildState { Settings = Describe(settings), Now = now }, new RecordIndex(container));

    /// <summary>What an earlier run has kept; null where the work begins anew.</summary>
    /// <inheritdoc cref="Begin"/>
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
        var json = BinaryPrimitives.ReadInt32LittleEndian(length) is > 0 and <= LongestState and var size ? new byte[size] : throw new InvalidDataException();
        await kept.ReadExactlyAsync(json, cancellationToken).ConfigureAwait(false);
        var state = JsonSerializer.Deserialize(json, RebuildJson.Default.RebuildState);
        return state is { Version: RebuildState.CurrentVersion } && state.Settings == Describe(settings)
            ? new RebuildWork(state, new RecordIndex(container, await BlobTable.ReadAsync(kept, state.Entries, cancellationToken).ConfigureAwait(false)))
            : throw new InvalidDataException();
    }

    private static string Describe(BackupSettings settings) => $"{settings.Grace:c} {string.Join(' ', settings.Extensions)}";
}
