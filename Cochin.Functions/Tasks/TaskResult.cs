namespace Cochin.Functions.Tasks;

/// <summary>The result of a task; in a dry run, what it would have done.</summary>
internal sealed record TaskResult
{
    public required Outcome Outcome { get; init; }

    /// <summary>Set if the outcome is <see cref="Outcome.Skipped"/>, the next run continues the work, or the program was asked to stop.</summary>
    public SkipReason? Reason { get; init; }

    /// <summary>Counts of items, named as in the contract. All counts of the task are present, even those that are 0.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Counts { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, long>> Bytes { get; init; } = [];

    /// <summary>The error in one English sentence, with the next step; null if there was none.</summary>
    public string? Error { get; init; }

    /// <summary>The kind of the error, for messages in other languages; null if no kind applies.</summary>
    public FailureKind? Failure { get; init; }

    /// <summary>Whether the same work has to be tried again soon: it failed, or the channel took only some of its messages.</summary>
    public bool MustBeRetried => Outcome == Outcome.Failed || this is { Outcome: Outcome.Partial, Failure: FailureKind.NotDelivered };

    /// <summary>Problems that did not stop the work, one line each, with the name of the item.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Whether the run read the backup container or found proof that it existed. Stored in the record: if the container is missing later,
    /// it was deleted.
    /// </summary>
    public bool SawBackups { get; init; }

    /// <summary>Whether the run failed because the channel takes no messages, so that no failure notice can be sent there.</summary>
    public bool WebhookFailed { get; init; }

    /// <summary>Additional tables, such as totals by area or statistics. In JSON, each is a property named by its key.</summary>
    public IReadOnlyList<ResultTable> Tables { get; init; } = [];

    /// <summary>Returns this result as that of a run that stopped at a safe point because it ran out of time. The runner adds the message.</summary>
    public TaskResult Unfinished() => this with { Outcome = Outcome.Partial, Reason = SkipReason.Unfinished };

    public static TaskResult Skip(SkipReason reason, string? why = null) => new() { Outcome = Outcome.Skipped, Reason = reason, Error = why };
}

/// <summary>A table in a task result.</summary>
/// <param name="Key">The name of its JSON property, e.g. <c>areas</c> or <c>stats</c>.</param>
/// <param name="Title">The heading on the terminal.</param>
/// <param name="Columns">Names of the JSON properties, also the column headings on the terminal.</param>
/// <param name="Rows">Cells are strings, numbers or null, one per column.</param>
internal sealed record ResultTable(string Key, string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows)
{
    /// <summary>The key of tables that a terminal shows instead of the list of items.</summary>
    public const string Items = "items";

    /// <summary>The warnings of the result that its rows contain. A terminal does not show them again.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
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
    StorageDenied,

    /// <summary>The storage answered with another error.</summary>
    StorageError,

    /// <summary>The backup container was there and is gone.</summary>
    BackupsGone,

    /// <summary>So many backups are missing that something else must be wrong.</summary>
    TooManyMissing,

    /// <summary>The storage did not report its time, so no age is certain.</summary>
    NoServiceTime,

    /// <summary>The channel was unavailable, or took none of the messages.</summary>
    NotDelivered,

    /// <summary>A bug.</summary>
    Unexpected,
}
