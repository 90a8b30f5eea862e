using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Notifications;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>
/// Sends alerts and records each one right after its message was delivered, so a failure in between neither loses nor repeats an alert. A
/// message is repeated only if its response was lost or it could not be recorded.
/// </summary>
/// <param name="canBeContinued">Whether the run may stop when it is out of time, because the next run can tell what was sent.</param>
internal sealed class AlertSender(
    Channel channel,
    AlertRule rule,
    AlertCards cards,
    AlertTally tally,
    TaskContext context,
    bool canBeContinued)
{
    // Delivered alerts must be recorded even if the program was asked to stop in the meantime.
    private static readonly TimeSpan RecordTimeout = TimeSpan.FromSeconds(8);

    // Delivered alerts must be recorded even if the run must stop or has lost its lock. Otherwise the next run would repeat them.
    private readonly TableClient sent = context.ClosingStorage.Devis;
    private readonly StepPacer pace = new(context);

    /// <summary>
    /// Sends the alerts. Failed deliveries are counted. Alerts for which there was no time are left to the next run.
    /// </summary>
    /// <returns>False if the run is out of time.</returns>
    public async Task<bool> SendAsync(IReadOnlyList<Alert> alerts, CancellationToken cancellationToken)
    {
        var lastMoment = canBeContinued ? context.LastMoment : CancellationToken.None;
        using var untilLastMoment = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lastMoment);
        try
        {
            await SendAllAsync(alerts, untilLastMoment.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lastMoment.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            pace.Stop();
        }

        return !pace.IsStopped;
    }

    private async Task SendAllAsync(IReadOnlyList<Alert> alerts, CancellationToken cancellationToken)
    {
        if (alerts.Count > 0)
        {
            await EnsureCanRecordAsync(alerts[0].Devis, cancellationToken).ConfigureAwait(false);
        }

        var remaining = alerts.Count;
        foreach (var message in channel.Pack(alerts, cards.Write))
        {
            if (canBeContinued && !pace.CanStart())
            {
                return;
            }

            remaining -= message.Count;
            var startedAt = context.Time.GetTimestamp();
            var stillDue = await StillDueAsync(message, cancellationToken).ConfigureAwait(false);
            if (!await DeliverAsync(stillDue, stillDue.Count + remaining, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            pace.RecordDuration(context.Time.GetElapsedTime(startedAt));
            context.Progress(new TaskProgress("sending alerts", alerts.Count - remaining, alerts.Count));
        }
    }

    /// <summary>Writes nothing new into a row. If the table can't be written, each retry would send the same alerts again, so nothing is sent.</summary>
    /// <exception cref="RequestFailedException">The table can't be written.</exception>
    private async Task EnsureCanRecordAsync(DevisRow quote, CancellationToken cancellationToken)
    {
        try
        {
            var unchanged = new TableEntity(DevisRow.Partition, quote.Key);
            await context.Storage.Devis.UpdateEntityAsync(unchanged, quote.ETag, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            // The row changed; only the write itself was not refused.
        }
    }

    /// <param name="unsent">The number of alerts not delivered yet, including these.</param>
    /// <returns>False if the channel is unavailable. All undelivered alerts are then counted as failed.</returns>
    private async Task<bool> DeliverAsync(IReadOnlyList<Alert> alerts, int unsent, CancellationToken cancellationToken)
    {
        if (alerts.Count == 0)
        {
            return true;
        }

        var delivery = await channel.SendAsync([.. alerts.Select(cards.Write)], cancellationToken, context.ThrowIfStopped).ConfigureAwait(false);
        switch (delivery.Result)
        {
            case DeliveryResult.Delivered:
                await RecordAsync(alerts).ConfigureAwait(false);
                return true;

            case DeliveryResult.Rejected when alerts.Count > 1:
                // The channel rejects at least one of them, so they are sent one by one.
                foreach (var alert in alerts)
                {
                    if (!await DeliverAsync([alert], unsent--, cancellationToken).ConfigureAwait(false))
                    {
                        return false;
                    }
                }

                return true;

            case DeliveryResult.Rejected:
                tally.Unsent(1, $"{alerts[0].Target}: {delivery.Why}", isWebhook: false);
                tally.Warn($"{alerts[0].Target}: {delivery.Why}");
                return true;

            default:
                tally.Unsent(unsent, delivery.Why ?? "", isWebhook: true);
                return false;
        }
    }

    /// <summary>Reads the quotes again, because they may have been changed, deactivated or deleted since they were planned.</summary>
    private async Task<IReadOnlyList<Alert>> StillDueAsync(IReadOnlyList<Alert> alerts, CancellationToken cancellationToken)
    {
        var reads = alerts.Select(alert => alert.Devis.Key).Distinct()
            .Select(key => context.Storage.Devis.FindAsync(DevisRow.Partition, key, cancellationToken));
        var rows = await Task.WhenAll(reads).ConfigureAwait(false);
        var current = rows.OfType<TableEntity>().Select(DevisRow.From).Where(row => row.Statut is true).ToDictionary(row => row.Key);
        return
        [
            .. alerts
                .Select(alert => current.TryGetValue(alert.Devis.Key, out var row)
                    && rule.Evaluate(row, alert.Kind, out var due) == AlertVerdict.Due
                    && due!.Date == alert.Date
                        ? due
                        : null)
                .OfType<Alert>(),
        ];
    }

    private async Task RecordAsync(IReadOnlyList<Alert> alerts)
    {
        foreach (var alert in alerts)
        {
            tally.Sent(alert);
        }

        using var limit = new CancellationTokenSource(RecordTimeout);
        var writes = alerts.GroupBy(alert => alert.Devis.Key)
            .Select(group => (group.First().Devis.Name, Written: WriteAsync([.. group], limit.Token)))
            .ToList();
        try
        {
            await Task.WhenAll(writes.Select(write => write.Written)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RequestFailedException or OperationCanceledException)
        {
            var unwritten = writes.Where(write => !write.Written.IsCompletedSuccessfully).Select(write => write.Name);
            tally.Warn($"{string.Join(", ", unwritten)}: the alert was sent but could not be recorded in the table, so the next run sends it again.");
            throw;
        }

        var entries = alerts.Select(alert => new AuditEntry("notify", alert.Target, "sent", After: DevisRow.Text(alert.Date)));
        await context.Audit.WriteDoneAsync(entries, limit.Token).ConfigureAwait(false);
    }

    private async Task WriteAsync(Alert[] alertsOfOneQuote, CancellationToken cancellationToken)
    {
        var quote = alertsOfOneQuote[0].Devis;
        var announced = new TableEntity(DevisRow.Partition, quote.Key);
        foreach (var alert in alertsOfOneQuote)
        {
            announced[alert.Column] = DevisRow.Text(alert.Date);
        }

        for (ETag? version = quote.ETag;
            version is { } etag;
            version = (await sent.FindAsync(DevisRow.Partition, quote.Key, cancellationToken).ConfigureAwait(false))?.ETag)
        {
            try
            {
                await sent.UpdateEntityAsync(announced, etag, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
            {
                // The row changed. Only the columns of the alert are written; a changed date is announced again.
            }
        }
    }
}
