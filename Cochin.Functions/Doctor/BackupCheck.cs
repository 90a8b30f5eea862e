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
        var configurations = await BackupConfigurations.ReadAsync(storage, cancellationToken).ConfigureAwait(false);
        return
        [
            .. OfAge(standings, now),
            .. standings.Where(standing => standing.Damaged > 0).SelectMany(OfDamage),
            .. standings.Where(standing => standing.Empty + standing.Unread > 0).Select(standing =>
                Check.Warning(NameOf(standing), Doubtful(standing), "such a one is not counted as a backup", Next)),
            .. configurations.Problems.Select(problem => Check.Warning(
                "configurations", problem.TrimEnd('.'), "what can't be read is neither expected nor pruned", "docs/storage-contract.md has the forms")),
            .. OfVerification(standings, now),
        ];
    }

    private List<Check> OfAge(IReadOnlyList<BackupStanding> standings, DateTimeOffset now)
    {
        if (!settings.WatchesBackups && !standings.Any(standing => standing.IsWatched))
        {
            return [Check.Warning(Name, "how old they may be is not set", Why, "Set Cochin__Backups__ExpectedHours, e.g. to 26 for daily ones; or write CochinConfigurations")];
        }

        var overdue = standings.Where(standing => standing.IsOverdue).Select(standing => Check.Wrong(
            NameOf(standing), standing.Newest is { } newest ? $"the newest is {(now - newest).TotalHours:0} h old" : "there is none", Why, Next)).ToList();
        return overdue.Count > 0 ? overdue : [Check.Ok(Name, "each watched configuration has a new enough one", Why)];
    }

    private static IEnumerable<Check> OfDamage(BackupStanding standing)
    {
        const string WhyDamage = "a damaged backup can't be restored";
        var more = standing.Damaged - standing.DamagedOnes.Count;
        var named = standing.DamagedOnes.Select(one => Check.Wrong(
            NameOf(standing),
            $"{one.Name ?? one.Id} {one.Damage}",
            WhyDamage,
            $"Make a new backup; to test this one again: ./cochin verify_backups --backup-id {one.Id}"));
        return more > 0 ? named.Append(Check.Wrong(NameOf(standing), $"{more} more are damaged", WhyDamage, "./cochin verify_backups --verbose")) : named;
    }

    private static IEnumerable<Check> OfVerification(IReadOnlyList<BackupStanding> standings, DateTimeOffset now)
    {
        const string WhyVerified = "a backup that was never read may not be one";
        var (verified, completed, oldest) = BackupStanding.Verification(standings);
        var found = $"{verified} of {completed} verified{(oldest is { } check ? $", the oldest check {(now - check).TotalDays:0} days ago" : "")}";
        return completed == 0 ? []
            : verified == 0 ? [Check.Warning("verification", found, WhyVerified, "./cochin run verify_backups")]
            : [Check.Ok("verification", found, WhyVerified)];
    }

    private static string NameOf(BackupStanding standing) =>
        standing.Configuration.Length > 0 ? $"backups of {standing.Configuration}" : "backups without a configuration";

    private static string Doubtful(BackupStanding standing) => string.Join(
        ", ",
        new[]
        {
            standing.Empty > 0 ? $"{standing.Empty} completed without content (0 bytes, or an archive of nothing)" : null,
            standing.Unread > 0 ? $"{standing.Unread} completed with SizeBytes that can't be read" : null,
        }.OfType<string>());
}
