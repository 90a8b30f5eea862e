namespace Cochin.Functions.Status;

/// <summary>
/// Looks for each known cause of jobs that don't run or fail, and names what mends it. It only reads.
/// </summary>
internal sealed class Doctor(MachineChecks machine, StorageChecks storage, JobChecks jobs)
{
    /// <summary>All checks; those that need the storage are left out where it can't be read, as the first of them says why.</summary>
    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken)
    {
        var ofMachine = machine.ExamineAsync(cancellationToken);
        var ofStorage = await storage.ExamineAsync(cancellationToken).ConfigureAwait(false);
        var ofJobs = StorageChecks.CanRead(ofStorage)
            ? await jobs.ExamineAsync(cancellationToken).ConfigureAwait(false)
            : [];
        return [.. await ofMachine.ConfigureAwait(false), .. ofStorage, .. ofJobs];
    }
}
