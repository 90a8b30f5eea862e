using Cochin.Functions.Storage;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>
/// Reports to the channel what is wrong, that it still is, and that it is over. What is owed follows from the stored rows each time, so a notice
/// that could not be delivered is owed until it is.
/// </summary>
internal sealed class Watch(
    IncidentSource incidents,
    NoticeCards cards,
    NoticeDelivery delivery,
    DigestWatch digests,
    WatchSettings settings,
    TimeProvider time,
    ILogger<Watch> logger) : IDisposable
{
    private static readonly TimeSpan BackupsEvery = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim gate = new(1);
    private DateTimeOffset? backupsCheckedAt;

    public void Dispose() => gate.Dispose();

    /// <summary>Checks the jobs alone, after a run.</summary>
    public Task CheckJobsAsync(CancellationToken cancellationToken) => CheckAsync(includeBackups: false, cancellationToken);

    /// <summary>Checks everything. Trouble with the storage is logged: the next check tries again.</summary>
    public Task CheckAsync(CancellationToken cancellationToken) => CheckAsync(includeBackups: true, cancellationToken);

    private async Task CheckAsync(bool includeBackups, CancellationToken cancellationToken)
    {
        if (!delivery.IsConfigured)
        {
            return;
        }

        try
        {
            if (await SendNoticesAsync(includeBackups, cancellationToken).ConfigureAwait(false) is { } notices && includeBackups)
            {
                // Outside of the gate: a digest can take minutes, and no other notice waits for it.
                await digests.CheckAsync(notices.GetValueOrDefault(DigestWatch.Key), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (StorageProblem.Explain(e) is { } trouble)
        {
            logger.CheckFailed(trouble.Message);
        }
    }

    /// <returns>The notices as they were read; null if the channel takes no messages now.</returns>
    private async Task<IReadOnlyDictionary<string, Notice>?> SendNoticesAsync(bool includeBackups, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            var notices = await delivery.ReadAsync(cancellationToken).ConfigureAwait(false);
            var (found, watched) = await incidents.FindForJobsAsync(now, cancellationToken).ConfigureAwait(false);
            var ofJobs = notices.Values.Where(notice => !notice.IsAboutBackups && notice.Key != DigestWatch.Key);
            if (!await TellAsync(found, watched, ofJobs, now, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            if (!includeBackups || now - backupsCheckedAt < BackupsEvery)
            {
                return notices;
            }

            (found, watched) = await incidents.FindForBackupsAsync(now, cancellationToken).ConfigureAwait(false);
            var continues = await TellAsync(found, watched, notices.Values.Where(notice => notice.IsAboutBackups), now, cancellationToken).ConfigureAwait(false);
            backupsCheckedAt = now;
            return continues ? notices : null;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <returns>False if the channel takes no messages now.</returns>
    private async Task<bool> TellAsync(
        IReadOnlyList<Incident> found, IReadOnlySet<string> watched, IEnumerable<Notice> notices, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var concernOf = found.ToDictionary(incident => incident.Key);
        var noticeOf = notices.ToDictionary(notice => notice.Key);
        foreach (var key in concernOf.Keys.Union(noticeOf.Keys).Order(StringComparer.Ordinal))
        {
            var (incident, notice) = (concernOf.GetValueOrDefault(key), noticeOf.GetValueOrDefault(key));
            var action = NoticeRule.Evaluate(incident, notice, watched.Contains(key), settings, now);
            if (action == NoticeAction.Delete)
            {
                await delivery.DeleteAsync(notice!, cancellationToken).ConfigureAwait(false);
            }
            else if (action != NoticeAction.None && !await TellAsync(action, incident, notice, now, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> TellAsync(NoticeAction action, Incident? incident, Notice? notice, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var wanted = incident is null ? notice! : (notice ?? new Notice { Key = incident.Key }) with
        {
            Kind = incident.Kind,
            Subject = incident.Subject,
            Since = incident.IsEvent ? incident.Since ?? now : notice?.Since ?? incident.Since ?? now,
            Sent = incident.Kind == notice?.Kind && !incident.IsEvent ? notice.Sent : 0,
        };
        var card = action switch
        {
            NoticeAction.Announce => cards.Announce(incident!, await incidents.FindFailedRunAsync(incident!, cancellationToken).ConfigureAwait(false), now),
            NoticeAction.Remind => cards.Remind(incident!, wanted, await incidents.FindFailedRunAsync(incident!, cancellationToken).ConfigureAwait(false), now),
            _ => cards.Recover(wanted, await incidents.FindEndAsync(wanted, now, cancellationToken).ConfigureAwait(false)),
        };
        if (await delivery.ClaimAsync(wanted, cancellationToken).ConfigureAwait(false) is not { } claimed)
        {
            return true; // Another watcher is sending it.
        }

        var sent = action == NoticeAction.Recover ? null : claimed;
        return await delivery.SendAsync(claimed, card, action.ToString(), sent, cancellationToken).ConfigureAwait(false);
    }
}
