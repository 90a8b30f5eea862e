namespace Cochin.Functions.Notifications.Notices;

/// <summary>Sends the digest when it is due. It reads everything first, however long that takes, and claims the digest only then.</summary>
internal sealed class DigestWatch(DigestSource source, DigestCard card, NoticeDelivery delivery, WatchSettings settings, TimeProvider time) : IDisposable
{
    /// <summary>The key of its notice, which remembers up to when the last digest reported.</summary>
    public const string Key = "digest";

    private readonly SemaphoreSlim gate = new(1);

    public void Dispose() => gate.Dispose();

    /// <param name="last">Its notice as it was just read; null if there is none.</param>
    public async Task LookAsync(Notice? last, CancellationToken cancellationToken)
    {
        if (settings.Digest?.Latest(time.GetUtcNow()) is not { } due || !await gate.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await LookAsync(last, due, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task LookAsync(Notice? last, DateTimeOffset due, CancellationToken cancellationToken)
    {
        if (last?.Since is not { } from)
        {
            // The first digest reports what happens from here on.
            await delivery.NoteAsync((last ?? new Notice { Key = Key }) with { Since = due }, cancellationToken).ConfigureAwait(false);
            return;
        }

        var now = time.GetUtcNow();
        if (due <= from || last.NotBefore > now)
        {
            return;
        }

        var digest = await source.ReadAsync(from, due, now, cancellationToken).ConfigureAwait(false);
        if (await delivery.ClaimAsync(last, cancellationToken).ConfigureAwait(false) is { } claimed)
        {
            await delivery.SendAsync(claimed, card.Write(digest), Key, claimed with { Since = due }, cancellationToken).ConfigureAwait(false);
        }
    }
}
