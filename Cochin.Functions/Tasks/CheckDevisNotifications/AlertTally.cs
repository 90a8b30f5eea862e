namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>Counts what a run finds and sends.</summary>
/// <param name="soFar">What earlier runs of the same work sent; null if there were none.</param>
internal sealed class AlertTally(Dictionary<string, long>? soFar = null)
{
    private readonly List<string> warnings = [];
    private readonly List<string> unreadable = [];
    private long startSent = soFar?.GetValueOrDefault(nameof(startSent)) ?? 0;
    private long endSent = soFar?.GetValueOrDefault(nameof(endSent)) ?? 0;
    private long late = soFar?.GetValueOrDefault(nameof(late)) ?? 0;
    private long unsent;
    private long broken;
    private string? why;
    private bool webhookFailed;

    /// <summary>Rows that were read.</summary>
    public long Found { get; set; }

    /// <summary>Active quotes that were looked at.</summary>
    public long Examined { get; set; }

    public long Expired { get; set; }

    /// <summary>Those that the runs of this work have sent are not among them.</summary>
    public long AlreadySent { get; set; } = -(soFar?.GetValueOrDefault(nameof(startSent)) ?? 0) - (soFar?.GetValueOrDefault(nameof(endSent)) ?? 0);

    /// <summary>What the next run of the same work finds sent already.</summary>
    public Dictionary<string, long> SoFar => new() { [nameof(startSent)] = startSent, [nameof(endSent)] = endSent, [nameof(late)] = late };

    public void Warn(string warning) => warnings.Add(warning);

    /// <summary>A row that can't be read, or not all of it.</summary>
    public void Broken(string problem)
    {
        broken++;
        unreadable.Add(problem);
        warnings.Add(problem);
    }

    public void Sent(Alert alert)
    {
        if (alert.Kind == AlertKind.Start)
        {
            startSent++;
        }
        else
        {
            endSent++;
        }

        late += alert.DaysLate > 0 ? 1 : 0;
    }

    /// <summary>Alerts that were due and did not get through.</summary>
    public void Unsent(int count, string reason, bool isWebhook)
    {
        unsent += count;
        why ??= reason;
        webhookFailed |= isWebhook;
    }

    public TaskResult ToResult()
    {
        var sent = startSent + endSent;
        return new TaskResult
        {
            Outcome = unsent > 0 && sent == 0 ? Outcome.Failed : unsent + broken > 0 ? Outcome.Partial : Outcome.Completed,
            Failure = unsent > 0 ? FailureKind.NotDelivered : null,
            Error = unsent > 0 ? $"{unsent} of {unsent + sent} alerts were not delivered, and are tried again. {why}"
                : broken > 0 ? $"{broken} quotes can't be read in full; correct them in the Django application: {Problems.List(unreadable)}"
                : null,
            Counts =
            [
                new("examined", Examined), new("startSent", startSent), new("endSent", endSent), new("late", late), new("expired", Expired),
                new("alreadySent", Math.Max(0, AlreadySent)), new("failed", unsent + broken),
            ],
            Warnings = warnings,
            // Where nothing got through, a notice about it would not either.
            WebhookFailed = webhookFailed || (unsent > 0 && sent == 0),
        };
    }
}
