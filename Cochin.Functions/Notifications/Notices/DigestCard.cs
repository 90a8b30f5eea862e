using Cochin.Functions.Backups;
using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>Writes the card of a digest.</summary>
internal sealed class DigestCard(MessageSettings settings)
{
    private const int MaxListed = 10;

    // Ten of these fit into a field.
    private const int MaxNameLength = 60;

    private readonly CardTexts texts = new(settings);

    public Card Write(Digest digest) => new()
    {
        Title = texts["DigestTitle", texts.Local(digest.From), texts.Local(digest.To)],
        Text = texts[digest.IsHealthy ? "DigestHealthy" : "DigestTrouble"],
        Color = digest.IsHealthy ? CardColor.Good : CardColor.Warning,
        Fields =
        [
            Field("DigestRuns", texts["Count", digest.Runs]),
            Field("DigestFailures", Failures(digest)),
            .. UnhealthyJobs(digest),
            .. digest.Work.Select(work => Work(work.Field, work.Numbers)),
            .. Overdue(digest),
            .. Damaged(digest),
            Field("DigestBackups", texts["DigestBackupsText", digest.BackupsPresent, digest.BackupsMissing]),
            Field("DigestVerified", Verified(digest)),
            Field("DigestOldest", Age(digest.OldestBackup, digest.To)),
            Field("DigestNewest", Age(digest.NewestBackup, digest.To)),
            Field("DigestStored", texts["DigestStoredText", digest.Blobs, texts.Size(digest.BytesStored)]),
            CardField.Command(texts["Next"], Next(digest)),
        ],
        Reference = $"Cochin · digest · {digest.To.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'}",
    };

    private CardField Field(string name, string value) => new(texts[name], value);

    private static string Next(Digest digest) => digest is { BackupsMissing: > 0, Failures.Count: 0, UnhealthyJobs.Count: 0 }
        ? "./cochin operations list --status file_missing"
        : "./cochin report --open";

    private string Failures(Digest digest) => digest.Failures.Count == 0
        ? texts["Count", 0]
        : string.Join('\n', digest.Failures.Take(MaxListed).Select(job => texts["DigestFailuresOf", job.Key, job.Value]));

    private IEnumerable<CardField> UnhealthyJobs(Digest digest) => digest.UnhealthyJobs.Count == 0
        ? []
        : [Field("DigestTroubled", string.Join('\n', digest.UnhealthyJobs.Take(MaxListed).Select(UnhealthyJob)))];

    private string UnhealthyJob((string Job, JobCondition Condition) job) => texts["DigestTroubledOf", job.Job, texts[$"Job{job.Condition}"]];

    private IEnumerable<CardField> Overdue(Digest digest) => digest.Overdue.Count == 0
        ? []
        : [Field("DigestOverdue", string.Join('\n', digest.Overdue.Take(MaxListed).Select(summary => Overdue(summary, digest.To))))];

    private IEnumerable<CardField> Damaged(Digest digest) => digest.Damaged.Count == 0
        ? []
        : [Field("DigestDamaged", string.Join('\n', digest.Damaged.Take(MaxListed).Select(Damaged)))];

    private string Damaged(BackupSummary summary) =>
        texts["DigestDamagedOf", summary.Configuration.Length == 0 ? "—" : ForeignText.Short(summary.Configuration, MaxNameLength), summary.Damaged];

    private string Verified(Digest digest)
    {
        int? days = digest.OldestCheck is { } check ? (int)Math.Max(0, (texts.Local(digest.To).Date - texts.Local(check).Date).TotalDays) : null;
        var phrase = days switch { null => "DigestVerifiedNone", 0 => "DigestVerifiedToday", 1 => "DigestVerifiedYesterday", _ => "DigestVerifiedDays" };
        return texts[phrase, digest.BackupsVerified, digest.BackupsCompleted, days];
    }

    private string Overdue(BackupSummary summary, DateTimeOffset now)
    {
        var name = ForeignText.Short(summary.Configuration, MaxNameLength);
        return summary.Newest is { } newest ? texts["DigestOverdueOf", name, texts.Duration(now - newest)] : texts["DigestOverdueNever", name];
    }

    private CardField Work(DigestField field, IReadOnlyList<long> numbers) =>
        new(texts.Get(field.Caption), texts.Format(field.Format, [.. field.Numbers.Zip(numbers, Number)]));

    private object Number(IReadOnlyList<TaskNumber> summed, long number) => summed[0].IsBytes ? texts.Size(number) : number;

    private string Age(DateTimeOffset? backup, DateTimeOffset now) =>
        backup is { } at ? texts["DigestAge", texts.Local(at), texts.Duration(now - at)] : "—";
}
