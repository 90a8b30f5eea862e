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

    /// <summary>What went wrong in one sentence a person understands, with the next step; null where nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>Things a person should know that did not stop the work: one line each, naming the thing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The run read the backup container, or found that it was there before. Kept in its record: later, the container is gone and not new.</summary>
    public bool SawBackups { get; init; }

    /// <summary>The run failed because the Discord webhook did, so that no failure notice can go there.</summary>
    public bool WebhookFailed { get; init; }

    /// <summary>Extra tables for a person: per-area totals, statistics. Each is also a member of the JSON, named by its key.</summary>
    public IReadOnlyList<ResultTable> Tables { get; init; } = [];

    /// <summary>The same, of a run that stopped at a safe point because its time was used up; the runner says so in words.</summary>
    public TaskResult Unfinished() => this with { Outcome = Outcome.Partial, Reason = SkipReason.Unfinished };

    public static TaskResult Skip(SkipReason reason, string? why = null) => new() { Outcome = Outcome.Skipped, Reason = reason, Error = why };
}

/// <summary>A small table that belongs to a result.</summary>
/// <param name="Key">Its member name in JSON, e.g. <c>areas</c> or <c>stats</c>.</param>
/// <param name="Title">Its heading on a terminal.</param>
/// <param name="Columns">Member names in JSON, headings on a terminal.</param>
/// <param name="Rows">A cell is a string, a number or null; as many as there are columns.</param>
internal sealed record ResultTable(string Key, string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows);
