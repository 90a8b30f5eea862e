using Cochin.Functions.Backups;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Spectre.Console;

namespace Cochin.Functions.Cli;

/// <summary>Downloads a backup for the verb <c>backups download</c>: shows a progress bar, then writes the result as text or JSON.</summary>
internal sealed class DownloadConsole(Session session, StoredBackup backup)
{
    private readonly Terminal terminal = session.Terminal;
    private readonly List<string> notes = [];

    /// <param name="target">The full path of the file; null for standard output.</param>
    /// <exception cref="BackupException">The backup can't be downloaded, or its checksum differs from the recorded one.</exception>
    public async Task RunAsync(string? target, bool overwrite, CancellationToken cancellationToken)
    {
        foreach (var warning in backup.Warnings)
        {
            terminal.Say($"warning: {warning}");
        }

        var result = await WithProgressBarAsync(progress => DownloadAsync(target, overwrite, progress, cancellationToken)).ConfigureAwait(false);
        if (terminal.IsJson)
        {
            var document = new DownloadDocument(backup.Id, result.File!, result.Bytes, result.Continued, result.Sha256, Checked: backup.Sha256 is not null);
            session.Write(document, CliJson.Readable.DownloadDocument);
            return;
        }

        Action<string> write = result.File is null ? terminal.Say : terminal.Line;
        var continued = result.Continued > 0 ? $"; {Units.English.Size(result.Continued)} from an earlier download" : "";
        var place = result.File is null ? "standard output" : $"'{result.File}'";
        write($"backup/{backup.Id} was written to {place} ({Units.English.Size(result.Bytes)}{continued}).");
        write(backup.Sha256 is null
            ? $"Its SHA-256 could not be checked, because none is recorded: {result.Sha256}"
            : $"Its SHA-256 matches the recorded one: {result.Sha256}");
    }

    private async Task<DownloadResult> DownloadAsync(string? target, bool overwrite, Action<long> progress, CancellationToken cancellationToken)
    {
        var download = new BackupDownload(backup, progress);
        try
        {
            return target is null
                ? await download.ToStreamAsync(piece => WriteAsync(piece, cancellationToken), cancellationToken).ConfigureAwait(false)
                : await download.ToFileAsync(target, overwrite, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            notes.AddRange(download.Notes);
        }
    }

    private async Task<DownloadResult> WithProgressBarAsync(Func<Action<long>, Task<DownloadResult>> download)
    {
        try
        {
            if (!terminal.ShowsProgress)
            {
                return await download(static _ => { }).ConfigureAwait(false);
            }

            return await terminal.Error.Progress()
                .AutoClear(true)
                .Columns([new ProgressBarColumn(), new PercentageColumn(), .. TransferColumns.Create()])
                .StartAsync(context =>
                {
                    var bar = context.AddTask("downloading", maxValue: Math.Max(backup.Length, 1));
                    return download(bytes => bar.Value = bytes);
                })
                .ConfigureAwait(false);
        }
        finally
        {
            notes.ForEach(note => terminal.Say(note));
        }
    }

    private static async Task WriteAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        try
        {
            // A write to a pipe blocks while its reader is busy, and can't be cancelled. Ctrl+C must not wait for it.
            var output = Console.OpenStandardOutput();
            await Task.Run(() => output.Write(piece.Span), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new OutputException(e.Message);
        }

        if (OutputPipe.IsReaderClosed())
        {
            throw new BackupException(
                "output_closed",
                "The program that reads standard output ended before the backup was complete.",
                "Check that program, or download to a file with --to FILE.");
        }
    }
}
