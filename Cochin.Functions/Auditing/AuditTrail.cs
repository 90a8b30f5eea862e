using Cochin.Functions.Storage;

namespace Cochin.Functions.Auditing;

/// <summary>The audit log as one run writes it: each line gets the run's id and job.</summary>
/// <param name="storage">The run's clients.</param>
/// <param name="closingStorage">Clients that still write when the run must stop.</param>
internal sealed class AuditTrail(AuditLog log, CochinStorage storage, CochinStorage closingStorage, TimeProvider time, string runId, string job)
{
    /// <summary>
    /// Writes lines in order, with one request per batch. When this returns they are stored, and the change that they announce may follow.
    /// </summary>
    /// <exception cref="Azure.RequestFailedException">The log can't be written; then the change must not be made.</exception>
    public Task WriteAsync(IEnumerable<AuditEntry> entries, CancellationToken cancellationToken) => WriteAsync(storage, entries, cancellationToken);

    /// <summary>The same for what has happened outside the storage: also written when the run must stop.</summary>
    public Task WriteDoneAsync(IEnumerable<AuditEntry> entries, CancellationToken cancellationToken) => WriteAsync(closingStorage, entries, cancellationToken);

    private Task WriteAsync(CochinStorage clients, IEnumerable<AuditEntry> entries, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return log.AppendAsync(
            clients,
            [.. entries.Select(entry => new AuditLine(now, runId, job, entry.Action, entry.Target, entry.Result) { Before = entry.Before, After = entry.After })],
            cancellationToken);
    }
}

/// <summary>What a run has to say about one change; the trail adds who, when and which run.</summary>
/// <param name="Before">What the target was before, in a few words.</param>
/// <param name="After">What it is now.</param>
internal readonly record struct AuditEntry(string Action, string Target, string Result, string? Before = null, string? After = null)
{
    /// <summary>The line that comes before the change.</summary>
    public static AuditEntry Planned(string action, string target, string? before = null) => new(action, target, AuditLine.Planned, before);
}
