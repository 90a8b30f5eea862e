using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Doctor;

/// <summary>Checks whether each configuration has a good backup that is new enough, if that is watched, and whether backups are damaged.</summary>
internal sealed class BackupCheck(CochinStorage storage, WatchSettings settings, TimeProvider time)
{
    private const string Name = "backups";
    private const string Why = "a missing backup goes unnoticed until it is needed";
    private const string Next = "./cochin operations list, and the application that makes them";

    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var standings = await BackupTally.ReadAsync(storage, settings, now, cancellationToken).ConfigureAwait(false);
        return
        [
            .. OfAge(standings, now),
            .. standings.Where(standing => standing.Damaged > 0).SelectMany(OfDamage),
            .. standings.Where(standing => standing.Empty + standing.Unread > 0).Select(standing =>
                Check.Warning(NameOf(standing), Doubtful(standing), "such a one is not counted as a backup", Next)),
            .. OfVerification(standings, now),
        ];
    }

    private List<Check> OfAge(IReadOnlyList<BackupSummary> standings, DateTimeOffset now)
    {
        if (!settings.WatchesBackups)
        {
            return [Check.Warning(Name, "how old they may be is not set", Why, "Set Cochin__Backups__ExpectedHours, e.g. to 26 for daily ones")];
        }

        var overdue = standings.Where(standing => standing.IsOverdue).Select(standing => Check.Wrong(
            NameOf(standing), standing.Newest is { } newest ? $"the newest is {(now - newest).TotalHours:0} h old" : "there is none", Why, Next)).ToList();
        return overdue.Count > 0 ? overdue : [Check.Ok(Name, "each watched configuration has a new enough one", Why)];
    }

    private static IEnumerable<Check> OfDamage(BackupSummary standing)
    {
        const string WhyDamage = "a damaged backup can't be restored";
        var more = standing.Damaged - standing.DamagedBackups.Count;
        var named = standing.DamagedBackups.Select(one => Check.Wrong(
            NameOf(standing),
            $"{one.Name ?? one.Id} {one.Damage}",
            WhyDamage,
            $"Make a new backup; to test this one again: ./cochin verify_backups --backup-id {one.Id}"));
        return more > 0 ? named.Append(Check.Wrong(NameOf(standing), $"{more} more are damaged", WhyDamage, "./cochin verify_backups --verbose")) : named;
    }

    private static IEnumerable<Check> OfVerification(IReadOnlyList<BackupSummary> standings, DateTimeOffset now)
    {
        const string WhyVerified = "a backup that was never read may not be one";
        var (verified, completed, oldest) = BackupSummary.Verification(standings);
        var found = $"{verified} of {completed} verified{(oldest is { } check ? $", the oldest check {(now - check).TotalDays:0} days ago" : "")}";
        return completed == 0 ? []
            : verified == 0 ? [Check.Warning("verification", found, WhyVerified, "./cochin run verify_backups")]
            : [Check.Ok("verification", found, WhyVerified)];
    }

    private static string NameOf(BackupSummary standing) =>
        standing.Configuration.Length > 0 ? $"backups of {standing.Configuration}" : "backups without a configuration";

    private static string Doubtful(BackupSummary standing) => string.Join(
        ", ",
        new[]
        {
            standing.Empty > 0 ? $"{standing.Empty} completed with 0 bytes" : null,
            standing.Unread > 0 ? $"{standing.Unread} completed with SizeBytes that can't be read" : null,
        }.OfType<string>());
}
