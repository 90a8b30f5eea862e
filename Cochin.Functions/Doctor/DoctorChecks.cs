namespace Cochin.Functions.Doctor;

/// <summary>
/// Checks each known cause of jobs that don't run or fail, all at once and each for a limited time, and names the fix. What it writes to test
/// permissions, it removes.
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
    /// <summary>All checks; those that need the storage are left out if it can't be read, which the first of them reports.</summary>
    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken)
    {
        var ofMachine = machine.ExamineAsync(cancellationToken);
        var ofChannel = channel.ExamineAsync(cancellationToken);
        var ofStorage = await storage.ExamineAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Check>[] ofUse = StorageChecks.CanRead(ofStorage)
            ? await Task.WhenAll(
                permissions.ExamineAsync(cancellationToken),
                Check.ProbeAsync("operations", "each row protects what it uses", storage.ExamineOperationsAsync, cancellationToken),
                Check.ProbeAsync("backups", "they are in the table of operations", backups.ExamineAsync, cancellationToken),
                Check.ProbeAsync("jobs", "how they stand is in the tables", jobs.ExamineAsync, cancellationToken)).ConfigureAwait(false)
            : [];
        return
        [
            .. await ofMachine.ConfigureAwait(false), .. host.Examine(), await ofChannel.ConfigureAwait(false), .. ofStorage,
            .. ofUse.SelectMany(checks => checks),
        ];
    }

    /// <summary>Fixes what can be fixed without harm.</summary>
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
