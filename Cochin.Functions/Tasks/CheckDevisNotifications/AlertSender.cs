using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Notifications;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>
/// Sends alerts, message by message, and remembers each right after its message was delivered: a failure in the middle neither loses
/// nor repeats one. A message comes twice only where its answer did not reach us, or we could not write it down.
/// </summary>
/// <param name="canBeContinued">Whether the run may stop when its time is used up, as the next one sees what was sent.</param>
internal sealed class AlertSender(
    Channel channel,
    AlertRule rule,
    AlertCards cards,
    AlertTally tally,
    TaskContext context,
    bool canBeContinued)
{
    // What was delivered has to be remembered also when the program was asked to stop meanwhile.
    private static readonly TimeSpan RememberingLimit = TimeSpan.FromSeconds(8);

    // What is in the channel must be noted even if the run must stop or has lost its lock: the next run would send it again.
    private readonly TableClient sent = context.ClosingStorage.Devis;
    private readonly StepPacer pace = new(context);

    /// <summary>
    /// Sends what it can. What is not delivered is counted, with the reason, unless there was no time for it: that is left to the next run.
    /// </summary>
    /// <returns>False if the time was used up.</returns>
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
        var remaining = alerts.Count;
        foreach (var message in channel.Pack(alerts, cards.Write))
        {
            if (canBeContinued && !pace.CanStart())
            {
                return;
            }

            remaining -= message.Count;
            var begun = context.Time.GetTimestamp();
            var stillDue = await StillDueAsync(message, cancellationToken).ConfigureAwait(false);
            if (!await DeliverAsync(stillDue, stillDue.Count + remaining, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            pace.RecordDuration(context.Time.GetElapsedTime(begun));
            context.Progress(new TaskProgress("sending alerts", alerts.Count - remaining, alerts.Count));
        }
    }

    /// <param name="unsent">How many alerts are not delivered yet, these among them.</param>
    /// <returns>False if the channel takes no more; then all that are not delivered are counted.</returns>
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
                await RememberAsync(alerts).ConfigureAwait(false);
                return true;

            case DeliveryResult.Rejected when alerts.Count > 1:
                // Discord refuses one of them; the others are sent one by one.
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

    /// <summary>Looks at the quotes again: between plan and sending they may have been changed, stopped or deleted.</summary>
    private async Task<IReadOnlyList<Alert>> StillDueAsync(IReadOnlyList<Alert> alerts, CancellationToken cancellationToken)
    {
        var rows = await Task.WhenAll(alerts.Select(alert => alert.Devis.Number).Distinct().Select(number => context.Storage.Devis.FindAsync(DevisRow.Partition, number, cancellationToken))).ConfigureAwait(false);
        var current = rows.OfType<TableEntity>().Select(DevisRow.From).Where(row => row.Statut is true).ToDictionary(row => row.Number);
        return
        [
            .. alerts
                .Select(alert => current.TryGetValue(alert.Devis.Number, out var row) && rule.Judge(row, alert.Kind, out var due) == AlertVerdict.Due && due!.Date == alert.Date ? due : null)
                .OfType<Alert>(),
        ];
    }

    private async Task RememberAsync(IReadOnlyList<Alert> alerts)
    {
        foreach (var alert in alerts)
        {
            tally.Sent(alert);
        }

        using var limit = new CancellationTokenSource(RememberingLimit);
        var notes = alerts.GroupBy(alert => alert.Devis.Number).Select(ofOne => (Number: ofOne.Key, Written: WriteAsync([.. ofOne], limit.Token))).ToList();
        try
        {
            await Task.WhenAll(notes.Select(note => note.Written)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RequestFailedException or OperationCanceledException)
        {
            var unwritten = notes.Where(note => !note.Written.IsCompletedSuccessfully).Select(note => $"devis/{note.Number}");
            tally.Warn($"{string.Join(", ", unwritten)}: announced in the channel, but the table took no note of it, so it will come a second time.");
            throw;
        }

        await context.Audit.WriteDoneAsync(alerts.Select(alert => new AuditEntry("notify", alert.Target, "sent", After: DevisRow.Text(alert.Date))), limit.Token).ConfigureAwait(false);
    }

    private async Task WriteAsync(Alert[] ofOneDevis, CancellationToken cancellationToken)
    {
        var devisRow = ofOneDevis[0].Devis;
        var announced = new TableEntity(DevisRow.Partition, devisRow.Number);
        foreach (var alert in ofOneDevis)
        {
            announced[alert.Column] = DevisRow.Text(alert.Date);
        }

        for (ETag? version = devisRow.ETag; version is { } etag; version = (await sent.FindAsync(DevisRow.Partition, devisRow.Number, cancellationToken).ConfigureAwait(false))?.ETag)
        {
            try
            {
                await sent.UpdateEntityAsync(announced, etag, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
            {
                // Changed meanwhile: what was announced stays true; a date that changed differs from it and is announced again.
            }
        }
    }
}
