using Cochin.Functions.Backups;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>The events of a period, and the state of the backups at its end.</summary>
internal sealed record Digest(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The runs that ended in the period, without skipped ones.</summary>
    public int Runs { get; init; }

    /// <summary>The number of failed or lost runs by job. Jobs without any, and tasks started by name, are left out.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Failures { get; init; } = [];

    /// <summary>The jobs that are failing, overdue or have an unreadable state when the digest is created.</summary>
    public IReadOnlyList<(string Job, JobCondition Condition)> UnhealthyJobs { get; init; } = [];

    /// <summary>The totals of the runs, in the order of the tasks.</summary>
    public IReadOnlyList<(DigestField Field, IReadOnlyList<long> Numbers)> Work { get; init; } = [];

    /// <summary>Completed backups without empty or damaged ones.</summary>
    public long BackupsPresent { get; init; }

    /// <summary>Backups whose blob is missing.</summary>
    public long BackupsMissing { get; init; }

    /// <summary>Configurations whose newest backup is too old or that have no backup.</summary>
    public IReadOnlyList<BackupSummary> Overdue { get; init; } = [];

    /// <summary>Completed backups, good or not.</summary>
    public long BackupsCompleted { get; init; }

    /// <summary>Good backups that were verified.</summary>
    public long BackupsVerified { get; init; }

    /// <summary>The time of the oldest verification; null if no backup was verified.</summary>
    public DateTimeOffset? OldestCheck { get; init; }

    /// <summary>Configurations with damaged backups.</summary>
    public IReadOnlyList<BackupSummary> Damaged { get; init; } = [];

    public DateTimeOffset? OldestBackup { get; init; }

    public DateTimeOffset? NewestBackup { get; init; }

    /// <summary>Blobs in the backup container, including temporary ones.</summary>
    public long Blobs { get; init; }

    public long BytesStored { get; init; }

    public bool IsHealthy => Failures.Count == 0 && UnhealthyJobs.Count == 0 && BackupsMissing == 0 && Overdue.Count == 0 && Damaged.Count == 0;
}
