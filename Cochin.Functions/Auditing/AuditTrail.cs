using Cochin.Functions.Storage;

namespace Cochin.Functions.Auditing;

/// <summary>
/// Writes to the audit log for one run: adds its id and job to each line. One append at a time: a batch whose response was lost is
/// appended again, and <see cref="AuditVerification"/> recognises it only if no other lines of the run come in between.
/// </summary>
/// <param name="storage">The run's clients, which refuse writes when the run must stop.</param>
/// <param name="closingStorage">Clients that can still write when the run must stop.</param>
internal sealed class AuditTrail(AuditLog log, CochinStorage storage, CochinStorage closingStorage, TimeProvider time, string runId, string job)
    : IDisposable
{
    private readonly SemaphoreSlim oneAppend = new(1);

    /// <summary>
    /// Writes lines in order, in batches. When this returns, the lines are stored, and the changes that they announce may be made.
    /// </summary>
    /// <exception cref="Azure.RequestFailedException">The log can't be written. The changes must not be made.</exception>
    public Task WriteAsync(IEnumerable<AuditEntry> entries, CancellationToken cancellationToken) => WriteAsync(storage, entries, cancellationToken);

    /// <summary>Writes lines about actions that have already happened outside the storage, even if the run must stop.</summary>
    public Task WriteDoneAsync(IEnumerable<AuditEntry> entries, CancellationToken cancellationToken) => WriteAsync(closingStorage, entries, cancellationToken);

    public void Dispose() => oneAppend.Dispose();

    private async Task WriteAsync(CochinStorage clients, IEnumerable<AuditEntry> entries, CancellationToken cancellationToken)
    {
        await oneAppend.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            var lines = entries.Select(entry => new AuditLine(now, runId, job, entry.Action, entry.Target, entry.Result)
            {
                Before = entry.Before,
                After = entry.After,
            });
            await log.AppendAsync(clients, [.. lines], cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            oneAppend.Release();
        }
    }
}

/// <summary>An audit line without the time, run and job, which <see cref="AuditTrail"/> adds.</summary>
/// <param name="Before">The state of the target before the change, in a few words.</param>
/// <param name="After">Its state after the change.</param>
internal readonly record struct AuditEntry(string Action, string Target, string Result, string? Before = null, string? After = null)
{
    /// <summary>The line to write before the change is made.</summary>
    public static AuditEntry Planned(string action, string target, string? before = null) => new(action, target, AuditLine.Planned, before);
}
