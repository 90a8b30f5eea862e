using Cochin.Functions.Auditing;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>Writes the audit lines of files that are uploaded at the same time together: those that come during an append form the next one.</summary>
internal sealed class AuditBatches(AuditTrail audit)
{
    private readonly Lock sync = new();
    private List<AuditEntry> waiting = [];
    private Task last = Task.CompletedTask;
    private Task? next;

    /// <summary>Writes a line. When this returns, it is stored.</summary>
    public Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        lock (sync)
        {
            waiting.Add(entry);
            return next ??= WriteNextAsync(last, cancellationToken);
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
