namespace Cochin.Functions.Doctor;

/// <summary>
/// Checks the known causes of jobs that don't run or fail, concurrently and with time limits, and suggests fixes. It deletes what it writes to
/// test permissions.
/// </summary>
internal sealed class DoctorChecks(
    MachineChecks machine,
    HostChecks host,
    ChannelCheck channel,
    StorageChecks storage,
    PermissionChecks permissions,
    BackupCheck backups,
    JobChecks jobs)
{
    /// <summary>Runs all checks. If the storage can't be read, this is reported, and the checks that need it are skipped.</summary>
    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancellationToken)
    {
        var machineChecks = machine.RunAsync(cancellationToken);
        var channelCheck = channel.RunAsync(cancellationToken);
        var storageChecks = await storage.RunAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Check>[] usageChecks = StorageChecks.CanRead(storageChecks)
            ? await Task.WhenAll(
                permissions.RunAsync(cancellationToken),
                Check.RunAsync("operations", "each operation protects the files it uses", storage.RunOperationsAsync, cancellationToken),
                Check.RunAsync("backups", "they are in the operations table", backups.RunAsync, cancellationToken),
                Check.RunAsync("jobs", "their state is in the tables", jobs.RunAsync, cancellationToken)).ConfigureAwait(false)
            : [];
        return
        [
            .. await machineChecks.ConfigureAwait(false), .. host.Run(), await channelCheck.ConfigureAwait(false), .. storageChecks,
            .. usageChecks.SelectMany(checks => checks),
        ];
    }

    /// <summary>Fixes the problems that are safe to fix automatically.</summary>
    /// <returns>A sentence for each fix.</returns>
    public static async Task<IReadOnlyList<string>> FixAsync(IEnumerable<Check> checks, CancellationToken cancellationToken)
    {
        var fixes = new List<string>();
        foreach (var fix in checks.Select(check => check.Fix).OfType<Func<CancellationToken, Task<string>>>())
        {
            fixes.Add(await fix(cancellationToken).ConfigureAwait(false));
        }

        return fixes;
    }
}
