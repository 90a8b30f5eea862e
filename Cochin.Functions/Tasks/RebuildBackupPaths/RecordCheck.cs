namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// Checks the suspect records, then repairs the wrong ones. All are checked before the first change, because no record is changed if too many
/// are wrong.
/// </summary>
internal sealed class RecordCheck(Reconciliation reconciliation, RecordRepair repair, RebuildRun run)
{
    // The number of wrong records kept between check and repair. If there are more, all are read and checked again.
    private const int MaxKept = 2_000;

    private readonly List<CheckedRecord> wrong = [];
    private readonly StepPacer checking = new(run.Context);
    private readonly StepPacer repairing = new(run.Context);
    private bool isComplete = run.State.CheckPosition == default(ReadPosition);

    /// <returns>False if the time was used up before all records were checked.</returns>
    public async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        if (run.State.CheckPosition is not { } from)
        {
            return true;
        }

        await foreach (var (records, after) in reconciliation.SuspectRecordsAsync(from, cancellationToken).ConfigureAwait(false))
        {
            if (run.IsOutOfTime || !checking.CanStart())
            {
                return false;
            }

            var started = run.Context.Time.GetTimestamp();
            foreach (var record in await Batches.ForAllAsync(records, reconciliation.CheckAsync, cancellationToken).ConfigureAwait(false))
            {
                run.Report.Checked(record);
                Keep(record);
            }

            run.State.CheckPosition = after;
            run.State.RecordBatches++;
            checking.RecordDuration(run.Context.Time.GetElapsedTime(started));
        }

        run.State.CheckPosition = null;
        return true;
    }

    /// <param name="isRefused">Whether to mark none as missing, because there are too many.</param>
    /// <returns>False if the time was used up before all records were repaired.</returns>
    public async Task<bool> RepairAsync(bool isRefused, CancellationToken cancellationToken)
    {
        if (isComplete)
        {
            return !run.IsOutOfTime && await repair.RepairAsync(Repairable(wrong, isRefused), cancellationToken).ConfigureAwait(false);
        }

        // Records that were already repaired are correct, so they are not repaired again.
        await foreach (var (records, after) in reconciliation.SuspectRecordsAsync(run.State.RepairPosition, cancellationToken).ConfigureAwait(false))
        {
            if (run.IsOutOfTime || !repairing.CanStart())
            {
                return false;
            }

            var started = run.Context.Time.GetTimestamp();
            var checkedRecords = await Batches.ForAllAsync(records, reconciliation.CheckAsync, cancellationToken).ConfigureAwait(false);
            if (!await repair.RepairAsync(Repairable(checkedRecords.Where(IsWrong), isRefused), cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            run.State.RepairPosition = after;
            run.State.RecordBatches++;
            repairing.RecordDuration(run.Context.Time.GetElapsedTime(started));
        }

        return true;
    }

    private static bool IsWrong(CheckedRecord record) => record.Verdict is RecordVerdict.Missing or RecordVerdict.Returned;

    private void Keep(CheckedRecord record)
    {
        if (!IsWrong(record) || !isComplete)
        {
            return;
        }

        wrong.Add(record);
        if (wrong.Count > MaxKept)
        {
            isComplete = false;
            wrong.Clear();
        }
    }

    private IEnumerable<CheckedRecord> Repairable(IEnumerable<CheckedRecord> records, bool isRefused)
    {
        foreach (var record in records)
        {
            if (isRefused && record.Verdict == RecordVerdict.Missing)
            {
                run.Report.NotMarked(record);
            }
            else
            {
                yield return record;
            }
        }
    }
}
