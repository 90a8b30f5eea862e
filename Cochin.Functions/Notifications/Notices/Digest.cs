using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>What happened between two moments, and how the backups stand at the second.</summary>
internal sealed record Digest(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Runs that ended between the two moments and did their work or tried to; skips are not counted.</summary>
    public int Runs { get; init; }

    /// <summary>Runs that failed or died, by job; only jobs that have some, and without typed tasks.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Failures { get; init; } = [];

    /// <summary>The jobs whose due work is not being done when the digest is made, with their condition.</summary>
    public IReadOnlyList<(string Job, JobCondition Condition)> Troubled { get; init; } = [];

    /// <summary>What the runs did, in the order of the tasks; each field with its numbers.</summary>
    public IReadOnlyList<(DigestField Field, IReadOnlyList<long> Numbers)> Work { get; init; } = [];

    /// <summary>Completed backups, without empty or damaged ones.</summary>
    public long BackupsPresent { get; init; }

    /// <summary>Backups whose blob is gone.</summary>
    public long BackupsMissing { get; init; }

    /// <summary>Configurations whose newest backup is too old, or that have none.</summary>
    public IReadOnlyList<BackupStanding> Overdue { get; init; } = [];

    /// <summary>Completed backups, good or not.</summary>
    public long BackupsCompleted { get; init; }

    /// <summary>Good backups that were verified.</summary>
    public long BackupsVerified { get; init; }

    /// <summary>When the one of them that was verified the longest ago was.</summary>
    public DateTimeOffset? OldestCheck { get; init; }

    /// <summary>Configurations with damaged backups.</summary>
    public IReadOnlyList<BackupStanding> Damaged { get; init; } = [];

    public DateTimeOffset? OldestBackup { get; init; }

    public DateTimeOffset? NewestBackup { get; init; }

    /// <summary>Blobs in the backup container, temporary ones too.</summary>
    public long Blobs { get; init; }

    public long BytesStored { get; init; }

    public bool IsHealthy => Failures.Count == 0 && Troubled.Count == 0 && BackupsMissing == 0 && Overdue.Count == 0 && Damaged.Count == 0;
}
