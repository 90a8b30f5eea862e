namespace Cochin.Functions.Auditing;

/// <summary>The audit log as one run sees it: each line gets the run's id and job.</summary>
internal sealed class AuditTrail(AuditLog? log, TimeProvider time, string runId, string job)
{
    /// <summary>A trail that writes nothing, for dry runs.</summary>
    public static AuditTrail None { get; } = new(null, TimeProvider.System, "", "");

    /// <summary>
    /// Writes lines, in order, with one request for a batch. When this returns they are stored; a change may follow.
    /// </summary>
    /// <exception cref="Azure.RequestFailedException">The log can't be written; then the change must not be made.</exception>
    public Task WriteAsync(IEnumerable<AuditEntry> entries, CancellationToken cancellationToken)
    {
        if (log is null)
        {
            return Task.CompletedTask;
        }

        var now = time.GetUtcNow();
        return log.AppendAsync(
            [.. entries.Select(entry => new AuditLine(now, runId, job, entry.Action, entry.Target, entry.Result) { Before = entry.Before, After = entry.After })],
            cancellationToken);
    }
}
