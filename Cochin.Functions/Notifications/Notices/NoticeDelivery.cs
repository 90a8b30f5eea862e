using Cochin.Functions.Auditing;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>
/// Delivers notices. A process claims a notice by updating its row before it sends, so only one of several processes sends it. The claim of a
/// process that died expires. A notice that could not be delivered is retried.
/// </summary>
internal sealed class NoticeDelivery(NoticeTable table, Channel channel, AuditLog audit, TimeProvider time, ILogger<NoticeDelivery> logger)
{
    private static readonly TimeSpan MinClaim = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    public bool IsConfigured => channel.IsConfigured;

    /// <summary>Reads all notices, and the states of all jobs. Invalid times of notices are logged and treated as not set.</summary>
    public async Task<NoticesAndStates> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await table.ReadAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var notices = read.Notices.ToDictionary(pair => pair.Key, pair => pair.Value.WithoutInvalidTimes(now));
        foreach (var notice in notices.Values.Where(notice => notice.InvalidColumns.Count > 0))
        {
            logger.NoticeTimesInvalid(notice.Key, string.Join(", ", notice.InvalidColumns));
        }

        return read with { Notices = notices };
    }

    /// <summary>Saves a notice without sending it.</summary>
    public Task SaveAsync(Notice notice, CancellationToken cancellationToken) => table.TryWriteAsync(notice, cancellationToken);

    public Task DeleteAsync(Notice notice, CancellationToken cancellationToken) => table.TryDeleteAsync(notice, cancellationToken);

    /// <summary>Claims a notice for the maximum duration of its delivery. Call it when the message is ready.</summary>
    /// <param name="notice">The notice that was read before the message was created.</param>
    /// <returns>The claimed notice; null if another process changed it since it was read.</returns>
    public Task<Notice?> ClaimAsync(Notice notice, CancellationToken cancellationToken)
    {
        var needed = channel.MaxDeliveryTime + Margin;
        var claim = needed > MinClaim ? needed : MinClaim;
        return table.TryWriteAsync(notice with { NotBefore = time.GetUtcNow() + claim }, cancellationToken);
    }

    /// <summary>Sends a claimed notice. If the delivery fails, it is retried later.</summary>
    /// <param name="what">The kind of message, for the audit log.</param>
    /// <param name="sent">The notice to save after the delivery; null to delete it.</param>
    /// <returns>False if the channel is unavailable, so that no other notice should be sent.</returns>
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
        var until = now + (delivery.RetryAfter ?? NoticeRule.RetryDelay(tries, isRejected));
        await table.TryWriteAsync(claimed with { Tries = tries, NotBefore = until }, cancellationToken).ConfigureAwait(false);
        if (isRejected)
        {
            logger.NoticeRejected(claimed.Key, until, delivery.Why);
        }
        else
        {
            logger.NoticeWaits(claimed.Key, until, delivery.Why);
        }

        return isRejected; // A rejected message does not affect other notices.
    }
}
