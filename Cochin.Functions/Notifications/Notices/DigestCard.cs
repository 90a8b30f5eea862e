using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>Writes the card of a digest.</summary>
internal sealed class DigestCard(MessageSettings settings)
{
    private const int Named = 10;

    // Ten of them fit into a field.
    private const int LongestName = 60;

    private readonly CardWords words = new(settings);

    public Card Write(Digest digest) => new()
    {
        Title = words["DigestTitle", words.Local(digest.From), words.Local(digest.To)],
        Text = words[digest.IsHealthy ? "DigestHealthy" : "DigestTrouble"],
        Color = digest.IsHealthy ? CardColor.Good : CardColor.Attention,
        Fields =
        [
            Field("DigestRuns", words["Count", digest.Runs]),
            Field("DigestFailures", Failures(digest)),
            .. Troubled(digest),
            .. digest.Work.Select(work => Work(work.Field, work.Numbers)),
            .. Overdue(digest),
            .. Damaged(digest),
            Field("DigestBackups", words["DigestBackupsText", digest.BackupsPresent, digest.BackupsMissing]),
            Field("DigestVerified", Verified(digest)),
            Field("DigestOldest", Age(digest.OldestBackup, digest.To)),
            Field("DigestNewest", Age(digest.NewestBackup, digest.To)),
            Field("DigestStored", words["DigestStoredText", digest.Blobs, words.Size(digest.BytesStored)]),
            CardField.Command(words["Next"], Next(digest)),
        ],
        Reference = $"Cochin · digest · {digest.To.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'}",
    };

    private CardField Field(string name, string value) => new(words[name], value);

    private static string Next(Digest digest) => digest is { BackupsMissing: > 0, Failures.Count: 0, Troubled.Count: 0 }
        ? "./cochin operations list --status file_missing"
        : "./cochin report --open";

    private string Failures(Digest digest) => digest.Failures.Count == 0
        ? words["Count", 0]
        : string.Join('\n', digest.Failures.Take(Named).Select(job => words["DigestFailuresOf", job.Key, job.Value]));

    private IEnumerable<CardField> Troubled(Digest digest) => digest.Troubled.Count == 0
        ? []
        : [Field("DigestTroubled", string.Join('\n', digest.Troubled.Take(Named).Select(Troubled)))];

    private string Troubled((string Job, JobCondition Condition) job) => words["DigestTroubledOf", job.Job, words[$"Job{job.Condition}"]];

    private IEnumerable<CardField> Overdue(Digest digest) => digest.Overdue.Count == 0
        ? []
        : [Field("DigestOverdue", string.Join('\n', digest.Overdue.Take(Named).Select(standing => Overdue(standing, digest.To))))];

    private IEnumerable<CardField> Damaged(Digest digest) => digest.Damaged.Count == 0
        ? []
        : [Field("DigestDamaged", string.Join('\n', digest.Damaged.Take(Named).Select(Damaged)))];

    private string Damaged(BackupStanding standing) =>
        words["DigestDamagedOf", standing.Configuration.Length == 0 ? "—" : ForeignText.Short(standing.Configuration, LongestName), standing.Damaged];

    private string Verified(Digest digest)
    {
        int? days = digest.OldestCheck is { } check ? (int)Math.Max(0, (words.Local(digest.To).Date - words.Local(check).Date).TotalDays) : null;
        var phrase = days switch { null => "DigestVerifiedNone", 0 => "DigestVerifiedToday", 1 => "DigestVerifiedYesterday", _ => "DigestVerifiedDays" };
        return words[phrase, digest.BackupsVerified, digest.BackupsCompleted, days];
    }

    private string Overdue(BackupStanding standing, DateTimeOffset now)
    {
        var name = ForeignText.Short(standing.Configuration, LongestName);
        return standing.Newest is { } newest ? words["DigestOverdueOf", name, words.Duration(now - newest)] : words["DigestOverdueNever", name];
    }

    private CardField Work(DigestField field, IReadOnlyList<long> numbers) =>
        new(words.Of(field.Caption), words.Fill(field.Format, [.. field.Numbers.Zip(numbers, Number)]));

    private object Number(IReadOnlyList<TaskNumber> summed, long number) => summed[0].IsBytes ? words.Size(number) : number;

    private string Age(DateTimeOffset? backup, DateTimeOffset now) =>
        backup is { } at ? words["DigestAge", words.Local(at), words.Duration(now - at)] : "—";
}
