using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Backups;

/// <summary>
/// What is known of all configurations whose names are similar (<see cref="BackupConfigurations.SimilarName"/>): probably, they are one that programs
/// spell differently, so a backup of any of them is a new one.
/// </summary>
internal sealed class SimilarConfigurations
{
    private readonly Dictionary<(string Configuration, string Type), NewestBackup> newest = [];

    /// <summary>Whether another program recorded backups of them.</summary>
    public bool HasOthers { get; set; }

    /// <summary>When the oldest row of the configurations table was written that expects backups; null if there is none.</summary>
    public DateTimeOffset? ExpectedSince { get; private set; }

    /// <param name="since">When a row of the configurations table that expects backups was written.</param>
    public void Expect(DateTimeOffset since) => ExpectedSince = ExpectedSince < since ? ExpectedSince : since;

    /// <summary>Adds a good backup.</summary>
    public void Add(Operation backup, DateTimeOffset madeAt)
    {
        var key = (backup.Configuration ?? "", backup.ComparableType);
        var (any, dated) = newest.GetValueOrDefault(key);
        newest[key] = new(
            any > madeAt ? any : madeAt,
            dated > madeAt || RegisteredBackup.HasUploadTime(backup) ? dated : madeAt);
    }

    /// <summary>
    /// Finds when the newest good backup was made; null if there is none. If another program records backups, the time of an upload does not count:
    /// a copy of an old backup is not a new one.
    /// </summary>
    /// <param name="type">Null for any type.</param>
    /// <param name="configuration">Exactly this name; null for any of them.</param>
    public DateTimeOffset? FindNewest(string? type, string? configuration = null) => newest
        .Where(entry => (type is null || entry.Key.Type == type) && (configuration is null || entry.Key.Configuration == configuration))
        .Max(entry => HasOthers ? entry.Value.Dated : entry.Value.Any);

    /// <param name="Dated">The newest whose time is not that of its upload.</param>
    private readonly record struct NewestBackup(DateTimeOffset? Any, DateTimeOffset? Dated);
}
