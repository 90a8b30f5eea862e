namespace Cochin.Functions.Tests.Infra;

/// <summary>The names and values that the program emits, as a query may ask for them.</summary>
/// <param name="Role">The service name, in the column AppRoleName.</param>
/// <param name="Metrics">Each metric with the keys of its attributes.</param>
/// <param name="SpanKeys">Keys of the attributes of the span of a run.</param>
/// <param name="LogKeys">Keys of the attributes and scopes of the log messages of a run.</param>
/// <param name="Values">Values of attributes, by the key.</param>
internal sealed record EmittedTelemetry(
    string Role,
    IReadOnlyDictionary<string, IReadOnlySet<string>> Metrics,
    IReadOnlySet<string> SpanKeys,
    IReadOnlySet<string> LogKeys,
    IReadOnlyDictionary<string, IReadOnlySet<string>> Values)
{
    public static EmittedTelemetry Current { get; } = new(
        "cochin-maintenance",
        new Dictionary<string, IReadOnlySet<string>>
        {
            ["cochin.run.duration"] = Set("cochin.job", "cochin.task", "cochin.outcome"),
            ["cochin.run.outcome"] = Set("cochin.job", "cochin.task", "cochin.trigger", "cochin.outcome", "cochin.reason"),
            ["cochin.items"] = Set("cochin.job", "cochin.item"),
            ["cochin.bytes"] = Set("cochin.job", "cochin.item"),
            ["cochin.lock.wait"] = Set("cochin.lock.scope", "cochin.lock.result"),
            ["cochin.job.last_success_age"] = Set("cochin.job", "cochin.job.enabled"),
        },
        Set("cochin.run.id", "cochin.job", "cochin.task", "cochin.trigger", "cochin.dry_run", "cochin.occurrence", "cochin.outcome", "cochin.reason", "error.type"),
        Set("cochin.run.id", "cochin.job", "RunId", "Job", "Error", "FinderId"),
        new Dictionary<string, IReadOnlySet<string>>
        {
            ["cochin.outcome"] = Set("Completed", "Partial", "Failed", "Skipped", "Lost"),
            ["cochin.reason"] = Set("LockHeld", "Disabled", "Missed", "NotConfigured"),
            // The case of a boolean depends on the exporter; queries don't look at it.
            ["cochin.job.enabled"] = new HashSet<string>(["true", "false"], StringComparer.OrdinalIgnoreCase),
        });

    private static HashSet<string> Set(params string[] values) => [.. values];
}
