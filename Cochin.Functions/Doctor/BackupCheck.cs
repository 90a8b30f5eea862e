using Cochin.Functions.Backups;
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
        var configurations = await BackupConfigurations.ReadAsync(storage, cancellationToken).ConfigureAwait(false);
        var summaries = await BackupTally.ReadAsync(storage, configurations, settings.Ages, now, cancellationToken).ConfigureAwait(false);
        return
        [
            .. CheckAge(summaries, configurations, now),
            .. summaries.Where(summary => summary.Damaged > 0).SelectMany(CheckDamage),
            .. summaries.Where(summary => summary.Empty + summary.Unread > 0).Select(summary =>
                Check.Warning(NameOf(summary), Unusable(summary), "such a backup does not count", Next)),
            .. configurations.Problems.Select(problem => Check.Warning(
                "configurations",
                problem.TrimEnd('.'),
                "backups of this configuration may be neither expected nor pruned",
                "See the values in docs/storage-contract.md")),
            .. CheckVerification(summaries, now),
            .. CheckKey(summaries.Sum(summary => summary.Encrypted)),
        ];
    }

    private List<Check> CheckAge(IReadOnlyList<BackupSummary> summaries, BackupConfigurations configurations, DateTimeOffset now)
    {
        if (!settings.WatchesBackups && !summaries.Any(summary => summary.IsWatched))
        {
            return
            [
                Check.Warning(
                    Name,
                    "no maximum age is set",
                    Why,
                    "Set Cochin__Backups__ExpectedHours, for example to 26 for daily backups, or write CochinConfigurations"),
            ];
        }

        var overdue = summaries.Where(summary => summary.IsOverdue).Select(summary => Check.Wrong(
            NameOf(summary), summary.Newest is { } newest ? $"the newest is {(now - newest).TotalHours:0} h old" : "there is no backup", Why,
            $"{Next}. If none are made any more: {EndOf(summary.Configuration, configurations)}")).ToList();
        return overdue.Count > 0 ? overdue : [Check.Ok(Name, "each watched configuration has a recent backup", Why)];
    }

    // A setting comes before the row, and sync_django writes a row again from its record in the application.
    private string EndOf(string configuration, BackupConfigurations configurations) =>
        settings.Ages.Of(configuration, BackupConfigurations.None) > TimeSpan.Zero ? $"set Cochin__Backups__Expected__{configuration.Replace(' ', '_')} to 0"
        : "deactivate the configuration in the Django application, or if it does not exist there: "
            + string.Join(" and ", (configurations.Find(configuration)?.ActiveRows ?? []).Select(
                key => BackupConfiguration.DeactivateCommand(storage.Configurations.Name, key)));

    private static IEnumerable<Check> CheckDamage(BackupSummary summary)
    {
        const string WhyDamage = "a damaged backup can't be restored";
        var more = summary.Damaged - summary.DamagedBackups.Count;
        var checks = summary.DamagedBackups.Select(backup => Check.Wrong(
            NameOf(summary),
            $"{backup.Name ?? backup.Id} {backup.Damage}",
            WhyDamage,
            $"Create a new backup; to verify this one again: ./cochin verify_backups --backup-id {backup.Id}"));
        return more > 0 ? checks.Append(Check.Wrong(NameOf(summary), $"{more} more are damaged", WhyDamage, "./cochin verify_backups --verbose")) : checks;
    }

    private static IEnumerable<Check> CheckVerification(IReadOnlyList<BackupSummary> summaries, DateTimeOffset now)
    {
        const string WhyVerified = "a backup that was never verified may be unusable";
        var (verified, completed, oldest) = BackupSummary.Verification(summaries);
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

    private static string NameOf(BackupSummary summary) =>
        summary.Configuration.Length > 0 ? $"backups of {summary.Configuration}" : "backups without a configuration";

    private static string Unusable(BackupSummary summary) => string.Join(
        ", ",
        new[]
        {
            summary.Empty > 0 ? $"{summary.Empty} completed without content (0 bytes, or an empty archive)" : null,
            summary.Unread > 0 ? $"{summary.Unread} completed with an unreadable SizeBytes" : null,
        }.OfType<string>());
}
