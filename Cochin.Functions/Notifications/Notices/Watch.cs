using Cochin.Functions.Storage;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>
/// Announces incidents in the channel, sends reminders, and reports when they are over. Each check derives the due messages from the stored
/// rows, so a message that could not be delivered is retried.
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
    private static readonly TimeSpan BackupCheckInterval = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim gate = new(1);
    private DateTimeOffset? backupsCheckedAt;

    public void Dispose() => gate.Dispose();

    /// <summary>Checks only the jobs. Called after a run.</summary>
    public Task CheckJobsAsync(CancellationToken cancellationToken) => CheckAsync(includeBackups: false, cancellationToken);

    /// <summary>Checks jobs, backups and the digest. Storage errors are logged; the next check tries again.</summary>
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
                // Outside the gate: a digest can take minutes, and other notices must not wait for it.
                await digests.CheckAsync(notices.GetValueOrDefault(DigestWatch.Key), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (StorageProblem.Explain(e) is { } problem)
        {
            logger.CheckFailed(problem.Message);
        }
    }

    /// <returns>The notices that were read; null if the channel is unavailable.</returns>
    private async Task<IReadOnlyDictionary<string, Notice>?> SendNoticesAsync(bool includeBackups, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            var (notices, states) = await delivery.ReadAsync(cancellationToken).ConfigureAwait(false);
            var (found, watched, covered) = incidents.FindForJobs(states, now);
            var jobNotices = notices.Values.Where(notice => covered.Contains(notice.Key));
            var successes = states.ToDictionary(state => Incident.JobKey(state.Key), state => state.Value.WaitingSince);
            if (!await SendDueAsync(found, watched, successes, jobNotices, now, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            // If the clock was set back, the last check seems to be in the future.
            if (!includeBackups || (now - backupsCheckedAt)?.Duration() < BackupCheckInterval)
            {
                return notices;
            }

            (found, watched, successes) = await incidents.FindForBackupsAsync(now, cancellationToken).ConfigureAwait(false);
            var backupNotices = notices.Values.Where(notice => notice.IsAboutBackups);
            var isAvailable = await SendDueAsync(found, watched, successes, backupNotices, now, cancellationToken).ConfigureAwait(false);
            backupsCheckedAt = now;
            return isAvailable ? notices : null;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <returns>False if the channel is unavailable.</returns>
    private async Task<bool> SendDueAsync(
        IReadOnlyList<Incident> found,
        IReadOnlySet<string> watched,
        Dictionary<string, DateTimeOffset?> successes,
        IEnumerable<Notice> notices,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var incidentsByKey = found.ToDictionary(incident => incident.Key);
        var noticesByKey = notices.ToDictionary(notice => notice.Key);
        foreach (var key in incidentsByKey.Keys.Union(noticesByKey.Keys).Order(StringComparer.Ordinal))
        {
            var (incident, notice) = (incidentsByKey.GetValueOrDefault(key), noticesByKey.GetValueOrDefault(key));
            var action = NoticeRule.Evaluate(incident, notice, watched.Contains(key), successes.GetValueOrDefault(key), settings, now);
            if (action == NoticeAction.Delete)
            {
                await delivery.DeleteAsync(notice!, cancellationToken).ConfigureAwait(false);
            }
            else if (action != NoticeAction.None && !await SendAsync(action, incident, notice, now, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> SendAsync(NoticeAction action, Incident? incident, Notice? notice, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var current = incident is null ? notice! : (notice ?? new Notice { Key = incident.Key }) with
        {
            Kind = incident.Kind,
            Subject = incident.Subject,
            Since = incident.IsEvent ? incident.Since ?? now : notice?.Since ?? incident.Since ?? now,
            Sent = incident.Kind == notice?.Kind && !incident.IsEvent ? notice.Sent : 0,

            // What is announced was not sent yet, even if an earlier message of this key was: otherwise a delivery that fails is not retried.
            SentAt = action == NoticeAction.Announce ? null : notice?.SentAt,
        };
        var card = action switch
        {
            NoticeAction.Announce => cards.Announce(incident!, await incidents.FindFailedRunAsync(incident!, cancellationToken).ConfigureAwait(false), now),
            NoticeAction.Remind => cards.Remind(
                incident!, current, await incidents.FindFailedRunAsync(incident!, cancellationToken).ConfigureAwait(false), now),
            _ => cards.Recover(current, await incidents.FindEndAsync(current, now, cancellationToken).ConfigureAwait(false)),
        };
        if (await delivery.ClaimAsync(current, cancellationToken).ConfigureAwait(false) is not { } claimed)
        {
            return true; // Another process is sending it.
        }

        var sent = action == NoticeAction.Recover ? null : claimed;
        return await delivery.SendAsync(claimed, card, action.ToString(), sent, cancellationToken).ConfigureAwait(false);
    }
}
