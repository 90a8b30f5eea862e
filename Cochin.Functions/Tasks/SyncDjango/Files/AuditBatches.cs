using Cochin.Functions.Auditing;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>
/// Writes the audit lines of files that are uploaded at the same time together: those that come during an append form the next one. The lines about
/// results wait for the next planned one, as nothing depends on them.
/// </summary>
internal sealed class AuditBatches(AuditTrail audit)
{
    // So that a run that dies leaves few lines without a result.
    private const int MaxWaiting = 32;

    private readonly Lock sync = new();
    private List<AuditEntry> waiting = [];
    private Task last = Task.CompletedTask;
    private Task? next;

    /// <summary>Writes a line that announces a change. When this returns, it is stored.</summary>
    public Task WriteAsync(AuditEntry planned, CancellationToken cancellationToken)
    {
        lock (sync)
        {
            waiting.Add(planned);
            return next ??= WriteNextAsync(last, cancellationToken);
        }
    }

    /// <summary>Adds a line about a result.</summary>
    public Task AddAsync(AuditEntry result, CancellationToken cancellationToken)
    {
        lock (sync)
        {
            waiting.Add(result);
            return waiting.Count < MaxWaiting ? Task.CompletedTask : FlushAsync(cancellationToken);
        }
    }

    /// <summary>Writes all lines that wait.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        lock (sync)
        {
            return waiting.Count == 0 ? last : next ??= WriteNextAsync(last, cancellationToken);
        }
    }

    private async Task WriteNextAsync(Task previous, CancellationToken cancellationToken)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        List<AuditEntry> batch;
        lock (sync)
        {
            (batch, waiting) = (waiting, []);
            (last, next) = (next!, null);
        }

        await audit.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
    }
}
