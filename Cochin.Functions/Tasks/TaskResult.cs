namespace Cochin.Functions.Tasks;

/// <summary>What a task did, or in a dry run would do.</summary>
internal sealed record TaskResult
{
    public required Outcome Outcome { get; init; }

    /// <summary>Set if the outcome is <see cref="Outcome.Skipped"/>, the next run continues the work, or the program was asked to stop.</summary>
    public SkipReason? Reason { get; init; }

    /// <summary>Numbers of items, named as in the contract; every name of the task is there, also where it is 0.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Counts { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, long>> Bytes { get; init; } = [];

    /// <summary>What went wrong in one English sentence, with the next step; null if nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>The kind of the error, for readers who don't get its text; null if it has no kind of its own.</summary>
    public FailureKind? Failure { get; init; }

    /// <summary>Things a person should know that did not stop the work: one line each, naming the thing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The run read the backup container, or found that it was there before. Kept in its record: later, the container is gone and not new.</summary>
    public bool SawBackups { get; init; }

    /// <summary>The run failed because the channel takes no messages, so that no failure notice can go there.</summary>
    public bool WebhookFailed { get; init; }

    /// <summary>Extra tables for a person: per-area totals, statistics. Each is also a member of the JSON, named by its key.</summary>
    public IReadOnlyList<ResultTable> Tables { get; init; } = [];

    /// <summary>The same, of a run that stopped at a safe point because its time was used up; the runner says so in words.</summary>
    public TaskResult Unfinished() => this with { Outcome = Outcome.Partial, Reason = SkipReason.Unfinished };

    public static TaskResult Skip(SkipReason reason, string? why = null) => new() { Outcome = Outcome.Skipped, Reason = reason, Error = why };
}

/// <summary>
/// The kinds of failure. Messages have a text <c>Failure…</c> for each in every language, as errors are English. The names are written to run
/// records.
/// </summary>
internal enum FailureKind
{
    LockLost,
    TimeLimit,

    /// <summary>The time for one run was used up before any of the work was done.</summary>
    NoProgress,

    /// <summary>Not tried again, after several attempts or when it was too late.</summary>
    GivenUp,
    StorageUnreachable,
    StorageRefused,

    /// <summary>The storage answered with another error.</summary>
    StorageError,

    /// <summary>The backup container was there and is gone.</summary>
    BackupsGone,

    /// <summary>So many backups are missing that something else must be wrong.</summary>
    TooManyMissing,

    /// <summary>The storage did not report its time, so no age is certain.</summary>
    NoServiceTime,

    /// <summary>The channel took none of the messages.</summary>
    NotDelivered,

    /// <summary>A bug.</summary>
    Unexpected,
}
