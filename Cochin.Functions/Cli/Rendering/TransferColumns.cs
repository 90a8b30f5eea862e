using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>The columns of a progress bar that counts bytes: how many, how fast, and the time left.</summary>
internal static class TransferColumns
{
    private const string BytesKey = "bytes";

    public static IEnumerable<ProgressColumn> Create() => [new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn()];

    /// <summary>The same columns for a bar that counts bytes only during some activities. During the others they are empty.</summary>
    public static IEnumerable<ProgressColumn> ForBytes() => Create().Select(column => new BytesColumn(column));

    /// <summary>Sets whether a bar counts bytes now.</summary>
    public static void SetBytes(ProgressTask bar, bool isBytes) => bar.State.Update<bool>(BytesKey, _ => isBytes);

    private sealed class BytesColumn(ProgressColumn inner) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            task.State.Get<bool>(BytesKey) ? inner.Render(options, task, deltaTime) : Text.Empty;
    }
}
