using Cochin.Functions.Auditing;
using Cochin.Functions.Notifications;
using Cochin.Functions.Running;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Watching;

/// <summary>
/// Tells people what is wrong, that it still is, and that it is over. What is owed follows from the stored rows each time, so a
/// notice that could not be delivered is owed until it is. Before it sends, a watcher claims the notice by writing its row:
/// of several watchers one sends, and the claim of one that died ends by itself.
/// </summary>
internal sealed class Watch(
    ConcernSource concerns,
    NoticeTable table,
    NoticeCards cards,
    DigestSource digests,
    DigestCard digestCard,
    JobStates states,
    RunHistory history,
    DiscordWebhook webhook,
    AuditLog audit,
    WatchSettings settings,
    TimeProvider time,
    ILogger<Watch> logger) : IDisposable
{
    private const string DigestKey = "digest";
    private const int LookedBack = 20;

    // Longer than all attempts of one message take.
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BackupsEvery = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim gate = new(1);
    private DateTimeOffset? backupsSeenAt;

    public void Dispose() => gate.Dispose();

    /// <summary>Looks at the jobs alone, after a run.</summary>
    public Task LookAtJobsAsync(CancellationToken cancellationToken) => LookAsync(isWhole: false, cancellationToken);

    /// <summary>Looks at everything. Trouble with the storage is logged: the next look tries again.</summary>
    public Task LookAsync(CancellationToken cancellationToken) => LookAsync(isWhole: true, cancellationToken);

    private async Task LookAsync(bool isWhole, CancellationToken cancellationToken)
    {
        if (!webhook.IsConfigured)
        {
            return;
        }

        try
        {
            var (continues, digest) = await SendNoticesAsync(isWhole, cancellationToken).ConfigureAwait(false);
            if (isWhole && continues && settings.Digest?.Latest(time.GetUtcNow()) is { } due)
            {
                // Outside the gate: reading can take minutes, and notices don't wait for it.
                await SendDigestAsync(digest, due, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (StorageProblem.Explain(e) is { } trouble)
        {
            logger.LookFailed(trouble.Message);
        }
    }

    /// <returns>Whether Discord takes more messages, and the row of the digest as it was read.</returns>
    private async Task<(bool Continues, Notice? Digest)> SendNoticesAsync(bool isWhole, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            var notices = await TrustedNoticesAsync(now, cancellationToken).ConfigureAwait(false);
            var (found, watched) = await concerns.OfJobsAsync(now, cancellationToken).ConfigureAwait(false);
            var continues = await TellAsync(found, watched, notices.Values.Where(notice => !notice.IsOfBackups && notice.Key != DigestKey), now, cancellationToken).ConfigureAwait(false);
            if (isWhole && continues && !(now - backupsSeenAt < BackupsEvery))
            {
                (found, watched) = await concerns.OfBackupsAsync(now, cancellationToken).ConfigureAwait(false);
                continues = await TellAsync(found, watched, notices.Values.Where(notice => notice.IsOfBackups), now, cancellationToken).ConfigureAwait(false);
                backupsSeenAt = now;
            }

            return (continues, notices.GetValueOrDefault(DigestKey));
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<Dictionary<string, Notice>> TrustedNoticesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var read = await table.GetAllAsync(cancellationToken).ConfigureAwait(false);
        var notices = read.ToDictionary(pair => pair.Key, pair => pair.Value.Trusted(now));
        foreach (var notice in notices.Values.Where(notice => notice.Doubtful.Count > 0))
        {
            logger.NoticeTimesDoubtful(notice.Key, string.Join(", ", notice.Doubtful));
        }

        return notices;
    }

    /// <returns>False where the webhook takes no messages now: there is no use in going on.</returns>
    private async Task<bool> TellAsync(IReadOnlyList<Concern> found, IReadOnlySet<string> watched, IEnumerable<Notice> notices, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var concernOf = found.ToDictionary(concern => concern.Key);
        var noticeOf = notices.ToDictionary(notice => notice.Key);
        foreach (var key in concernOf.Keys.Union(noticeOf.Keys).Order(StringComparer.Ordinal))
        {
            var (concern, notice) = (concernOf.GetValueOrDefault(key), noticeOf.GetValueOrDefault(key));
            var verdict = NoticeRule.Judge(concern, notice, watched.Contains(key), settings, now);
            if (verdict == NoticeVerdict.Forget)
            {
                await table.TryDeleteAsync(notice!, cancellationToken).ConfigureAwait(false);
            }
            else if (verdict != NoticeVerdict.Nothing && !await TellAsync(verdict, concern, notice, now, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> TellAsync(NoticeVerdict verdict, Concern? concern, Notice? notice, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var wanted = concern is null ? notice! : (notice ?? new Notice { Key = concern.Key }) with
        {
            Kind = concern.Kind,
            Subject = concern.Subject,
            Since = concern.IsEvent ? concern.Since ?? now : notice?.Since ?? concern.Since ?? now,
            Sent = concern.Kind == notice?.Kind && !concern.IsEvent ? notice.Sent : 0,
        };
        if (await table.TryWriteAsync(wanted with { NotBefore = now + Claim }, cancellationToken).ConfigureAwait(false) is not { } claimed)
        {
            return true; // Another watcher is at it.
        }

        var card = verdict switch
        {
            NoticeVerdict.Tell => cards.Tell(concern!, await FailedRunAsync(concern!, cancellationToken).ConfigureAwait(false), now),
            NoticeVerdict.Remind => cards.Remind(concern!, wanted, await FailedRunAsync(concern!, cancellationToken).ConfigureAwait(false), now),
            _ => cards.TakeBack(wanted, await EndAsync(wanted, now, cancellationToken).ConfigureAwait(false)),
        };
        return await SendAsync(
            claimed,
            card,
            verdict.ToString(),
            verdict == NoticeVerdict.TakeBack ? null : sentAt => claimed with { SentAt = sentAt, Sent = claimed.Sent + 1 },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task SendDigestAsync(Notice? last, DateTimeOffset due, CancellationToken cancellationToken)
    {
        if (last?.Since is not { } from)
        {
            // The first digest begins here.
            await table.TryWriteAsync((last ?? new Notice { Key = DigestKey }) with { Since = due }, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (due <= from || last.NotBefore > time.GetUtcNow())
        {
            return;
        }

        // Read before the claim, which a long listing would outlast. Another watcher may do the same; the row's ETag lets one of them send.
        var digest = await digests.ReadAsync(from, due, cancellationToken).ConfigureAwait(false);
        if (await table.TryWriteAsync(last with { NotBefore = time.GetUtcNow() + Claim }, cancellationToken).ConfigureAwait(false) is { } claimed)
        {
            await SendAsync(claimed, digestCard.Write(digest), DigestKey, sentAt => claimed with { Since = due, SentAt = sentAt, Sent = claimed.Sent + 1 }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a notice. It stays owed until Discord has accepted it.</summary>
    /// <param name="noted">The notice once it is told; null to forget it.</param>
    /// <returns>False where the webhook takes no messages now.</returns>
    private async Task<bool> SendAsync(Notice claimed, DiscordEmbed card, string what, Func<DateTimeOffset, Notice>? noted, CancellationToken cancellationToken)
    {
        var delivery = await webhook.SendAsync(new DiscordMessage([card]), cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        if (!delivery.IsDelivered)
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

            return isRejected; // It says nothing about the other notices.
        }

        if (noted is null)
        {
            await table.TryDeleteAsync(claimed, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await table.TryWriteAsync(noted(now) with { NotBefore = null, Tries = 0 }, cancellationToken).ConfigureAwait(false);
        }

        var line = new AuditLine(now, "", claimed.Subject, "notify", claimed.Key, "sent") { After = what };
        await audit.AppendAsync([line], cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<RunReport?> FailedRunAsync(Concern concern, CancellationToken cancellationToken)
    {
        if (concern.Kind != ConcernKind.Failing)
        {
            return null;
        }

        var newest = history.ListForJobAsync(concern.Subject, cancellationToken).Take(LookedBack);
        return await newest.FirstOrDefaultAsync(run => run is { Outcome: Outcome.Failed, IsInterrupted: false }, cancellationToken).ConfigureAwait(false);
    }

    private async Task<DateTimeOffset> EndAsync(Notice notice, DateTimeOffset now, CancellationToken cancellationToken) =>
        notice.IsOfBackups || notice.Kind == ConcernKind.StateUnreadable
        ? now
        : (await states.GetAsync(notice.Subject, cancellationToken).ConfigureAwait(false)).LastSuccessAt ?? now;
}
