using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Notifications;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>Sends one alert when the payment period of a quote starts and one when the payment is due.</summary>
internal sealed class CheckDevisNotificationsTask(Channel channel, MessageSettings messages, DevisSettings settings, TimeProvider time)
    : MaintenanceTask<CheckDevisNotificationsOptions>
{
    private static readonly AlertKind[] Kinds = [AlertKind.Start, AlertKind.End];

    public override string Name => CheckDevisNotificationsDescription.Name;

    protected override async Task<TaskResult> RunAsync(CheckDevisNotificationsOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        // With --force, the rows do not show which alerts this work has sent, so the next run can't continue it.
        var checkpoint = options.Force || !channel.IsConfigured ? Checkpoint.None : context.Checkpoint;
        var tally = new AlertTally(await CheckpointedCounts.FindAsync(checkpoint, cancellationToken).ConfigureAwait(false));
        context.PartialResult = tally.ToResult;
        if (!channel.IsConfigured)
        {
            var notConfigured = $"No channel is configured, so no alerts can be sent. Set {channel.Setting}.";
            if (!options.DryRun)
            {
                return tally.ToResult() with { Outcome = Outcome.Skipped, Reason = SkipReason.NotConfigured, Error = notConfigured };
            }

            tally.Warn(notConfigured);
        }

        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), settings.TimeZone).DateTime);
        var rule = new AlertRule(today, settings.CatchUpDays, options.Force);
        List<Alert>? due;
        try
        {
            due = await PlanAsync(options, rule, tally, context.Storage.Devis, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (MissingTable.Is(e) && tally.Found == 0)
        {
            var missing = await MissingTable.ExplainAsync(context.Storage, context.Storage.Devis, cancellationToken).ConfigureAwait(false);
            if (missing.ExistedBefore)
            {
                return tally.ToResult() with { Outcome = Outcome.Failed, Error = missing.Message };
            }

            tally.Warn(missing.Message);
            due = options.DevisId is null ? [] : null;
        }

        // If the quotes were lost, no alert would ever be sent, and no run would say so.
        if (tally.Found == 0
            && await MissingTable.FindLostAsync(context.Storage, context.Storage.Devis, cancellationToken).ConfigureAwait(false) is { } lost)
        {
            return tally.ToResult() with { Outcome = Outcome.Failed, Error = lost.Message };
        }

        if (due is null)
        {
            var unknown = $"There is no quote {Problems.Quote(options.DevisId)}; see `./cochin devis list`.";
            return tally.ToResult() with { Outcome = Outcome.Failed, Error = unknown };
        }

        if (tally.Found > 0
            && await MissingTable.RememberAsync(context.Storage, context.Storage.Devis, options.DryRun, cancellationToken).ConfigureAwait(false) is { } warning)
        {
            tally.Warn(warning);
        }

        foreach (var alert in due)
        {
            var kind = alert.Kind == AlertKind.Start ? "start" : "end";
            var reason = alert.DaysLate == 0 ? "due" : "late";
            context.Items?.Invoke(new TaskItem(alert.Devis.Number, kind, alert.DaysLate * 24, 0, 0, "report", reason));
        }

        if (options.DryRun)
        {
            due.ForEach(tally.Sent);
        }
        else
        {
            var sender = new AlertSender(channel, rule, new AlertCards(messages.Culture, today), tally, context, canBeContinued: !options.Force);
            if (!await sender.SendAsync(due, cancellationToken).ConfigureAwait(false))
            {
                await CheckpointedCounts.KeepAsync(checkpoint, tally.SoFar, cancellationToken).ConfigureAwait(false);
                return tally.ToResult().Unfinished();
            }
        }

        return tally.ToResult();
    }

    /// <summary>Returns the due alerts; null if the requested quote does not exist.</summary>
    private static async Task<List<Alert>?> PlanAsync(
        CheckDevisNotificationsOptions options,
        AlertRule rule,
        AlertTally tally,
        TableClient quotes,
        CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {DevisRow.Partition}");
        if (options.DevisId is { } number)
        {
            filter += " and " + TableClient.CreateQueryFilter($"(RowKey eq {number} or Numero eq {number})");
        }

        var due = new List<Alert>();
        var isKnown = options.DevisId is null;
        await foreach (var row in quotes.RowsAsync(filter, columns: null, cancellationToken).ConfigureAwait(false))
        {
            isKnown = true;
            tally.Found++;
            Plan(DevisRow.From(row), rule, due, tally);
        }

        return isKnown ? due : null;
    }

    private static void Plan(DevisRow devis, AlertRule rule, List<Alert> due, AlertTally tally)
    {
        if (devis.Statut is not { } isActive)
        {
            tally.Unreadable($"{devis.Name}: Statut is neither true nor false (a Boolean is expected).");
            return;
        }

        if (!isActive)
        {
            return;
        }

        tally.Examined++;
        var unreadable = new List<string>();
        foreach (var kind in Kinds)
        {
            switch (rule.Evaluate(devis, kind, out var alert))
            {
                case AlertVerdict.Due:
                    due.Add(alert!);
                    break;
                case AlertVerdict.AlreadySent:
                    tally.AlreadySent++;
                    break;
                case AlertVerdict.Expired:
                    tally.Expired++;
                    break;
                case AlertVerdict.Unreadable:
                    unreadable.Add(kind == AlertKind.Start ? $"DateDebut {Problems.Quote(devis.DateDebut)}" : $"DateRendu {Problems.Quote(devis.DateRendu)}");
                    break;
                case AlertVerdict.Unknown:
                    var recorded = kind == AlertKind.Start
                        ? $"StartNotifiedFor {Problems.Quote(devis.StartNotifiedFor)}"
                        : $"EndNotifiedFor {Problems.Quote(devis.EndNotifiedFor)}";
                    unreadable.Add($"{recorded} (needed to send the alert without --force)");
                    break;
            }
        }

        if (unreadable.Count > 0)
        {
            tally.Unreadable($"{devis.Name}: {string.Join(" and ", unreadable)} can't be read (yyyy-MM-dd is expected).");
        }

        if (devis.Montant is { Length: > 0 } amount && !DevisRow.TryReadAmount(amount, out _))
        {
            tally.Warn($"{devis.Name}: Montant {Problems.Quote(amount)} can't be read (1234.56 is expected); the alert shows it as unknown.");
        }
    }
}
