namespace Cochin.Functions.Status;

/// <summary>
/// Looks for each known cause of jobs that don't run or fail, all at once and each for a limited time, and names what mends
/// it. What it writes to find out what we may do, it takes away again.
/// </summary>
internal sealed class Doctor(MachineChecks machine, HostChecks host, WebhookCheck webhook, StorageChecks storage, PermissionChecks permissions, BackupCheck backups, JobChecks jobs)
{
    /// <summary>All checks; those that need the storage are left out where it can't be read, as the first of them says why.</summary>
    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken)
    {
        var ofMachine = machine.ExamineAsync(cancellationToken);
        var ofWebhook = webhook.ExamineAsync(cancellationToken);
        var ofStorage = await storage.ExamineAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Check>[] ofUse = StorageChecks.CanRead(ofStorage)
            ? await Task.WhenAll(
                permissions.ExamineAsync(cancellationToken),
                Check.ProbeAsync("operations", "each row protects what it uses", storage.ExamineOperationsAsync, cancellationToken),
                Check.ProbeAsync("backups", "they are in the table of operations", backups.ExamineAsync, cancellationToken),
                Check.ProbeAsync("jobs", "how they stand is in the tables", jobs.ExamineAsync, cancellationToken)).ConfigureAwait(false)
            : [];
        return [.. await ofMachine.ConfigureAwait(false), .. host.Examine(), await ofWebhook.ConfigureAwait(false), .. ofStorage, .. ofUse.SelectMany(checks => checks)];
    }

    /// <summary>Mends what can be mended without harm.</summary>
    /// <returns>What was done.</returns>
    public static async Task<IReadOnlyList<string>> FixAsync(IEnumerable<Check> checks, CancellationToken cancellationToken)
    {
        var done = new List<string>();
        foreach (var fix in checks.Select(check => check.Fix).OfType<Func<CancellationToken, Task<string>>>())
        {
            done.Add(await fix(cancellationToken).ConfigureAwait(false));
        }

        return done;
    }
}
