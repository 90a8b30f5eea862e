using Cochin.Bench.Simulation;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tasks.VerifyBackups;

namespace Cochin.Bench.Cost;

/// <summary>A size of the store, with what each work takes on it.</summary>
internal sealed record CostStore(long TempBlobs, long Backups, IReadOnlyDictionary<string, Footprint> Took)
{
    private const int DaysAWeek = 7;

    /// <summary>All work that is measured, with how often a month has it.</summary>
    public static IReadOnlyDictionary<string, long> Times { get; } = new Dictionary<string, long>
    {
        [SteadyWork.Watch] = MonthlyBill.Days * MonthlyBill.TicksADay,
        [CheckDevisNotificationsDescription.Name] = MonthlyBill.Days,
        [CleanupStuckOperationsDescription.Name] = MonthlyBill.Days * 4,
        [CleanupTempFilesDescription.Name] = MonthlyBill.Days + Weeks,
        [VerifyBackupsDescription.Name] = MonthlyBill.Days,
        [RebuildBackupPathsDescription.Name] = Weeks,
        [PruneBackupsDescription.Name] = Weeks,
    };

    private static long Weeks => (MonthlyBill.Days + DaysAWeek - 1) / DaysAWeek;

    /// <summary>The month: the measured work, and the ticks at which nothing is due, which read one row.</summary>
    public MonthlyBill Bill
    {
        get
        {
            List<MonthlyWork> works = [.. Times.Select(work => Of(work.Key, work.Value))];
            var others = (MonthlyBill.Functions * MonthlyBill.Days * MonthlyBill.TicksADay) - works.Sum(work => work.Times);
            return new MonthlyBill([.. works, new MonthlyWork("ticks with nothing due", others, Seconds: 0, Requests: 1)]);
        }
    }

    /// <summary>The same store with more temporary blobs, by the slope between this one and a larger one.</summary>
    public CostStore Extrapolated(Footprint larger, long largerBlobs, long blobs)
    {
        var small = Took[CleanupTempFilesDescription.Name];
        var factor = (double)(blobs - TempBlobs) / (largerBlobs - TempBlobs);
        var requests = (larger.Requests.Values.Sum() - small.Requests.Values.Sum()) * factor;
        var took = new Dictionary<string, Footprint>(Took)
        {
            [CleanupTempFilesDescription.Name] = small with
            {
                WallSeconds = small.WallSeconds + ((larger.WallSeconds - small.WallSeconds) * factor),
                PeakBytes = Math.Max(small.PeakBytes, larger.PeakBytes), // It does not grow with the number of blobs.
                Requests = new Dictionary<string, long>(small.Requests) { ["extrapolated"] = (long)requests },
            },
        };
        return this with { TempBlobs = blobs, Took = took };
    }

    private MonthlyWork Of(string name, long times) => new(name, times, Took[name].WallSeconds, Took[name].Requests.Values.Sum());
}
