using Cochin.Functions.Storage;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>
/// Reports to the channel what is wrong, that it still is, and that it is over. What is owed follows from the stored rows each time, so a notice
/// that could not be delivered is owed until it is.
/// </summary>
internal sealed class Watch(
    ConcernSource concerns,
    NoticeCards cards,
    NoticeDelivery delivery,
    DigestWatch digests,
    WatchSettings settings,
    TimeProvider time,
    ILogger<Watch> logger) : IDisposable
{
    private static readonly TimeSpan BackupsEvery = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim gate = new(1);
    private DateTimeOffset? backupsSeenAt;

    public void Dispose() => gate.Dispose();

    /// <summary>Checks the jobs alone, after a run.</summary>
    public Task LookAtJobsAsync(CancellationToken cancellationToken) => LookAsync(isWhole: false, cancellationToken);

    /// <summary>Checks everything. Trouble with the storage is logged: the next check tries again.</summary>
    public Task LookAsync(CancellationToken cancellationToken) => LookAsync(isWhole: true, cancellationToken);

    private async Task LookAsync(bool isWhole, CancellationToken cancellationToken)
    {
        if (!delivery.IsConfigured)
        {
            return;
        }

        try
        {
            if (await SendNoticesAsync(isWhole, cancellationToken).ConfigureAwait(false) is { } notices && isWhole)
            {
                // Outside of the gate: a digest can take minutes, and no other notice waits for it.
                await digests.LookAsync(notices.GetValueOrDefault(DigestWatch.Key), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (StorageProblem.Explain(e) is { } trouble)
        {
            logger.LookFailed(trouble.Message);
        }
    }

    /// <returns>The notices as they were read; null if the channel takes no messages now.</returns>
    private async Task<IReadOnlyDictionary<string, Notice>?> SendNoticesAsync(bool isWhole, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            var notices = await delivery.ReadAsync(cancellationToken).ConfigureAwait(false);
            var (found, watched) = await concerns.OfJobsAsync(now, cancellationToken).ConfigureAwait(false);
            var ofJobs = notices.Values.Where(notice => !notice.IsOfBackups && notice.Key != DigestWatch.Key);
            if (!await TellAsync(found, watched, ofJobs, now, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            if (!isWhole || now - backupsSeenAt < BackupsEvery)
            {
                return notices;
            }

            (found, watched) = await concerns.OfBackupsAsync(now, cancellationToken).ConfigureAwait(false);
            var continues = await TellAsync(found, watched, notices.Values.Where(notice => notice.IsOfBackups), now, cancellationToken).ConfigureAwait(false);
            backupsSeenAt = now;
            return continues ? notices : null;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <returns>False if the channel takes no messages now.</returns>
    private async Task<bool> TellAsync(
        IReadOnlyList<Concern> found, IReadOnlySet<string> watched, IEnumerable<Notice> notices, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var concernOf = found.ToDictionary(concern => concern.Key);
        var noticeOf = notices.ToDictionary(notice => notice.Key);
        foreach (var key in concernOf.Keys.Union(noticeOf.Keys).Order(StringComparer.Ordinal))
        {
            var (concern, notice) = (concernOf.GetValueOrDefault(key), noticeOf.GetValueOrDefault(key));
            var verdict = NoticeRule.Judge(concern, notice, watched.Contains(key), settings, now);
            if (verdict == NoticeVerdict.Forget)
            {
                await delivery.ForgetAsync(notice!, cancellationToken).ConfigureAwait(false);
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
        var card = verdict switch
        {
            NoticeVerdict.Tell => cards.Tell(concern!, await concerns.FailedRunOfAsync(concern!, cancellationToken).ConfigureAwait(false), now),
            NoticeVerdict.Remind => cards.Remind(concern!, wanted, await concerns.FailedRunOfAsync(concern!, cancellationToken).ConfigureAwait(false), now),
            _ => cards.TakeBack(wanted, await concerns.EndOfAsync(wanted, now, cancellationToken).ConfigureAwait(false)),
        };
        if (await delivery.ClaimAsync(wanted, cancellationToken).ConfigureAwait(false) is not { } claimed)
        {
            return true; // Another watcher is sending it.
        }

        var sent = verdict == NoticeVerdict.TakeBack ? null : claimed;
        return await delivery.SendAsync(claimed, card, verdict.ToString(), sent, cancellationToken).ConfigureAwait(false);
    }
}
