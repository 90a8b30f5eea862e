using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.VerifyBackups;

namespace Cochin.Functions.Doctor;

/// <summary>Checks whether each watched configuration has a recent backup, and whether backups are damaged or were never verified.</summary>
internal sealed class BackupCheck(CochinStorage storage, WatchSettings settings, VerifySettings verification, TimeProvider time)
{
    private const string Name = "backups";
    private const string Why = "a missing backup goes unnoticed until it is needed";
    private const string Next = "./cochin operations list, then check the application that creates the backups";

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var standings = await BackupTally.ReadAsync(storage, settings, now, cancellationToken).ConfigureAwait(false);
        var configurations = await BackupConfigurations.ReadAsync(storage, cancellationToken).ConfigureAwait(false);
        return
        [
            .. CheckAge(standings, now),
            .. standings.Where(standing => standing.Damaged > 0).SelectMany(CheckDamage),
            .. standings.Where(standing => standing.Empty + standing.Unread > 0).Select(standing =>
                Check.Warning(NameOf(standing), Unusable(standing), "such a backup does not count", Next)),
            .. configurations.Problems.Select(problem => Check.Warning(
                "configurations", problem.TrimEnd('.'), "backups of this configuration are not expected and not pruned", "see the values in docs/storage-contract.md")),
            .. CheckVerification(standings, now),
            .. CheckKey(standings.Sum(standing => standing.Encrypted)),
        ];
    }

    private List<Check> CheckAge(IReadOnlyList<BackupSummary> standings, DateTimeOffset now)
    {
        if (!settings.WatchesBackups && !standings.Any(standing => standing.IsWatched))
        {
            return
            [
                Check.Warning(
                    Name, "no maximum age is set", Why, "Set Cochin__Backups__ExpectedHours, for example to 26 for daily backups, or write CochinConfigurations"),
            ];
        }

        var overdue = standings.Where(standing => standing.IsOverdue).Select(standing => Check.Wrong(
            NameOf(standing), standing.Newest is { } newest ? $"the newest is {(now - newest).TotalHours:0} h old" : "there is no backup", Why, Next)).ToList();
        return overdue.Count > 0 ? overdue : [Check.Ok(Name, "each watched configuration has a recent backup", Why)];
    }

    private static IEnumerable<Check> CheckDamage(BackupSummary standing)
    {
        const string WhyDamage = "a damaged backup can't be restored";
        var more = standing.Damaged - standing.DamagedBackups.Count;
        var checks = standing.DamagedBackups.Select(backup => Check.Wrong(
            NameOf(standing),
            $"{backup.Name ?? backup.Id} {backup.Damage}",
            WhyDamage,
            $"Create a new backup; to verify this one again: ./cochin verify_backups --backup-id {backup.Id}"));
        return more > 0 ? checks.Append(Check.Wrong(NameOf(standing), $"{more} more are damaged", WhyDamage, "./cochin verify_backups --verbose")) : checks;
    }

    private static IEnumerable<Check> CheckVerification(IReadOnlyList<BackupSummary> standings, DateTimeOffset now)
    {
        const string WhyVerified = "a backup that was never verified may be unusable";
        var (verified, completed, oldest) = BackupSummary.Verification(standings);
        var found = $"{verified} of {completed} verified{(oldest is { } check ? $", oldest verification {(now - check).TotalDays:0} days ago" : "")}";
        return completed == 0 ? []
            : verified == 0 ? [Check.Warning("verification", found, WhyVerified, "./cochin run verify_backups")]
            : [Check.Ok("verification", found, WhyVerified)];
    }

    private IEnumerable<Check> CheckKey(int encrypted) => encrypted == 0 || verification.DjangoSecretKey is not null ? [] :
    [
        Check.Warning(
            "encrypted backups",
            $"{encrypted} encrypted {(encrypted == 1 ? "backup is" : "backups are")} verified only to the structure",
            "damaged contents go unnoticed until a restore",
            "Set Cochin__Backups__DjangoSecretKey to the SECRET_KEY of the Django application"),
    ];

    private static string NameOf(BackupSummary standing) =>
        standing.Configuration.Length > 0 ? $"backups of {standing.Configuration}" : "backups without a configuration";

    private static string Unusable(BackupSummary standing) => string.Join(
        ", ",
        new[]
        {
            standing.Empty > 0 ? $"{standing.Empty} completed without content (0 bytes, or an empty archive)" : null,
            standing.Unread > 0 ? $"{standing.Unread} completed with an unreadable SizeBytes" : null,
        }.OfType<string>());
}
