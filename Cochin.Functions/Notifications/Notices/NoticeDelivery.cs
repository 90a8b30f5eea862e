using Cochin.Functions.Auditing;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>
/// Delivers notices. Before it sends, a watcher claims the notice by writing its row: of several watchers one sends, and the claim of one that
/// died expires. What could not be delivered stays owed.
/// </summary>
internal sealed class NoticeDelivery(NoticeTable table, Channel channel, AuditLog audit, TimeProvider time, ILogger<NoticeDelivery> logger)
{
    private static readonly TimeSpan ShortestClaim = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    public bool IsConfigured => channel.IsConfigured;

    /// <summary>All notices by their keys, without times that can't be true.</summary>
    public async Task<IReadOnlyDictionary<string, Notice>> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await table.GetAllAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var notices = read.ToDictionary(pair => pair.Key, pair => pair.Value.Trusted(now));
        foreach (var notice in notices.Values.Where(notice => notice.Doubtful.Count > 0))
        {
            logger.NoticeTimesDoubtful(notice.Key, string.Join(", ", notice.Doubtful));
        }

        return notices;
    }

    /// <summary>Writes a notice without sending it.</summary>
    public Task NoteAsync(Notice notice, CancellationToken cancellationToken) => table.TryWriteAsync(notice, cancellationToken);

    public Task ForgetAsync(Notice notice, CancellationToken cancellationToken) => table.TryDeleteAsync(notice, cancellationToken);

    /// <summary>Claims a notice for as long as its delivery can take. To be called when the message is ready.</summary>
    /// <param name="notice">In the version that was read before the message was written.</param>
    /// <returns>The claimed notice; null if another watcher has changed it since it was read.</returns>
    public Task<Notice?> ClaimAsync(Notice notice, CancellationToken cancellationToken)
    {
        var needed = channel.LongestDelivery + Margin;
        var claim = needed > ShortestClaim ? needed : ShortestClaim;
        return table.TryWriteAsync(notice with { NotBefore = time.GetUtcNow() + claim }, cancellationToken);
    }

    /// <summary>Sends a claimed notice. It stays owed until the channel has accepted it.</summary>
    /// <param name="what">For the audit log.</param>
    /// <param name="sent">The notice to keep once it is sent; null to forget it.</param>
    /// <returns>False if the channel takes no messages now, so that the others must wait too.</returns>
    public async Task<bool> SendAsync(Notice claimed, Card card, string what, Notice? sent, CancellationToken cancellationToken)
    {
        var delivery = await channel.SendAsync([card], cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        if (!delivery.IsDelivered)
        {
            return await PostponeAsync(claimed, delivery, now, cancellationToken).ConfigureAwait(false);
        }

        if (sent is null)
        {
            await table.TryDeleteAsync(claimed, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await table.TryWriteAsync(sent with { SentAt = now, Sent = sent.Sent + 1, NotBefore = null, Tries = 0 }, cancellationToken).ConfigureAwait(false);
        }

        var line = new AuditLine(now, "", claimed.Subject, "notify", claimed.Key, "sent") { After = what };
        await audit.AppendAsync([line], cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> PostponeAsync(Notice claimed, Delivery delivery, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isRejected = delivery.Result == DeliveryResult.Rejected;
        var tries = claimed.Tries + 1;
        var until = now + (delivery.RetryAfter ?? NoticeRule.Retry(tries, isRejected));
        await table.TryWriteAsync(claimed with { Tries = tries, NotBefore = until }, cancellationToken).ConfigureAwait(false);
        if (isRejected)
        {
            logger.NoticeRejected(claimed.Key, until, delivery.Why);
        }
        else
        {
            logger.NoticeWaits(claimed.Key, until, delivery.Why);
        }

        return isRejected; // A rejected message means nothing for the other notices.
    }
}
