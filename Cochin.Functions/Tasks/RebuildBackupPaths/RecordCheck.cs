namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// Looks at the records that may be wrong, and then mends those that are: all looks come before the first change, as a
/// large part of wrong ones is a reason to change none.
/// </summary>
internal sealed class RecordCheck(Survey survey, RecordRepair repair, RebuildRun run)
{
    // So many wrong records are kept from the look to the repair; where there are more, they are read and looked at again.
    private const int MostKept = 2_000;

    private readonly List<JudgedRecord> wrong = [];
    private readonly StepPacer looking = new(run.Context);
    private readonly StepPacer repairing = new(run.Context);
    private bool isComplete = run.State.LookedAt == default(ReadPosition);

    /// <returns>False where the time was used up before all were looked at.</returns>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        if (run.State.LookedAt is not { } from)
        {
            return true;
        }

        await foreach (var (records, after) in survey.DoubtfulAsync(from, cancellationToken).ConfigureAwait(false))
        {
            if (run.IsOutOfTime || !looking.CanStart())
            {
                return false;
            }

            var begun = run.Context.Time.GetTimestamp();
            foreach (var record in await Batches.ForAllAsync(records, survey.JudgeAsync, cancellationToken).ConfigureAwait(false))
            {
                run.Report.Looking(record);
                Keep(record);
            }

            run.State.LookedAt = after;
            run.State.Stretches++;
            looking.RecordDuration(run.Context.Time.GetElapsedTime(begun));
        }

        run.State.LookedAt = null;
        return true;
    }

    /// <param name="isRefused">Mark none missing: they are so many that a mistake is likelier.</param>
    /// <returns>False where the time was used up before all were mended.</returns>
    public async Task<bool> RepairAsync(bool isRefused, CancellationToken cancellationToken)
    {
        if (isComplete)
        {
            return !run.IsOutOfTime && await repair.RepairAsync(Mendable(wrong, isRefused), cancellationToken).ConfigureAwait(false);
        }

        // What was mended by now is right, and is not mended again.
        await foreach (var (records, after) in survey.DoubtfulAsync(run.State.Mended, cancellationToken).ConfigureAwait(false))
        {
            if (run.IsOutOfTime || !repairing.CanStart())
            {
                return false;
            }

            var begun = run.Context.Time.GetTimestamp();
            var judged = await Batches.ForAllAsync(records, survey.JudgeAsync, cancellationToken).ConfigureAwait(false);
            if (!await repair.RepairAsync(Mendable(judged.Where(IsWrong), isRefused), cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            run.State.Mended = after;
            run.State.Stretches++;
            repairing.RecordDuration(run.Context.Time.GetElapsedTime(begun));
        }

        return true;
    }

    private static bool IsWrong(JudgedRecord record) => record.Verdict is RecordVerdict.Missing or RecordVerdict.Returned;

    private void Keep(JudgedRecord record)
    {
        if (!IsWrong(record) || !isComplete)
        {
            return;
        }

        wrong.Add(record);
        if (wrong.Count > MostKept)
        {
            isComplete = false;
            wrong.Clear();
        }
    }

    private IEnumerable<JudgedRecord> Mendable(IEnumerable<JudgedRecord> records, bool isRefused)
    {
        foreach (var record in records)
        {
            if (isRefused && record.Verdict == RecordVerdict.Missing)
            {
                run.Report.Refusing(record);
            }
            else
            {
                yield return record;
            }
        }
    }
}
