namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>The counts of a run.</summary>
/// <param name="soFar">The counts of earlier runs of the same work; null if there were none.</param>
internal sealed class AlertTally(Dictionary<string, long>? soFar = null)
{
    private readonly List<string> warnings = [];
    private readonly List<string> unreadable = [];
    private long startSent = soFar?.GetValueOrDefault(nameof(startSent)) ?? 0;
    private long endSent = soFar?.GetValueOrDefault(nameof(endSent)) ?? 0;
    private long late = soFar?.GetValueOrDefault(nameof(late)) ?? 0;
    private long unsent;
    private long invalid;
    private string? why;
    private bool webhookFailed;

    /// <summary>The number of rows read.</summary>
    public long Found { get; set; }

    /// <summary>The number of active quotes.</summary>
    public long Examined { get; set; }

    public long Expired { get; set; }

    /// <summary>Does not include alerts that this work has sent. Initialized below zero, because the rows of those are read again.</summary>
    public long AlreadySent { get; set; } = -(soFar?.GetValueOrDefault(nameof(startSent)) ?? 0) - (soFar?.GetValueOrDefault(nameof(endSent)) ?? 0);

    /// <summary>The counts for the next run of the same work.</summary>
    public Dictionary<string, long> SoFar => new() { [nameof(startSent)] = startSent, [nameof(endSent)] = endSent, [nameof(late)] = late };

    public void Warn(string warning) => warnings.Add(warning);

    /// <summary>Adds a row that can't be read in full.</summary>
    public void Unreadable(string problem)
    {
        invalid++;
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

    /// <summary>Adds alerts that could not be delivered.</summary>
    public void Unsent(int count, string reason, bool isWebhook)
    {
        unsent += count;
        why ??= reason;
        webhookFailed |= isWebhook;
    }

    public TaskResult ToResult()
    {
        var sent = startSent + endSent;

        // If no alert was delivered, a notice could not be delivered either.
        var isUnavailable = webhookFailed || (unsent > 0 && sent == 0);
        return new TaskResult
        {
            Outcome = unsent > 0 && sent == 0 ? Outcome.Failed : unsent + invalid > 0 ? Outcome.Partial : Outcome.Completed,
            Failure = isUnavailable ? FailureKind.NotDelivered : null,
            Error = unsent > 0 ? $"{unsent} of {unsent + sent} alerts were not delivered; the next run retries them. {why}"
                : invalid > 0 ? $"{invalid} quotes can't be read in full; correct them in the Django application: {Problems.List(unreadable)}"
                : null,
            Counts =
            [
                new("examined", Examined), new("startSent", startSent), new("endSent", endSent), new("late", late), new("expired", Expired),
                new("alreadySent", Math.Max(0, AlreadySent)), new("failed", unsent + invalid),
            ],
            Warnings = warnings,
            WebhookFailed = isUnavailable,
        };
    }
}
