using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>Writes the cards of notices: what happened, since when, and what to type next.</summary>
internal sealed class NoticeCards(MessageSettings settings)
{
    private const int LongestError = 1_000;
    private const int LongestName = 150;
    private const int LongestDamage = 400;

    private readonly CardWords words = new(settings);

    /// <summary>The first notice of a trouble.</summary>
    /// <param name="run">The job's last failed run, if it failed.</param>
    public Card Tell(Concern concern, RunReport? run, DateTimeOffset now) => concern.Kind switch
    {
        ConcernKind.Failing => Card(concern, CardColor.Trouble, words["FailedTitle", concern.Subject], Reason(run), run),
        ConcernKind.Missed => Card(concern, CardColor.Attention, words["MissedTitle", concern.Subject], words["MissedText", words.Local(concern.Since ?? now)]),
        ConcernKind.StateUnreadable => Card(concern, CardColor.Trouble, words["StateUnreadableTitle", concern.Subject], words["StateUnreadableText"]),
        ConcernKind.BackupDamaged => Card(concern, CardColor.Trouble, words["BackupDamagedTitle", Subject(concern.Subject)], BackupDamaged(concern.Backups!)),
        ConcernKind.Overdue => Card(concern, CardColor.Trouble, words["OverdueTitle", concern.Subject], Overdue(concern, now)),
        _ => Card(concern, CardColor.Trouble, words["BackupOverdueTitle", Subject(concern.Subject)], BackupOverdue(concern, now)),
    };

    /// <summary>The trouble lasts.</summary>
    public Card Remind(Concern concern, Notice notice, RunReport? run, DateTimeOffset now)
    {
        var first = Tell(concern, run, now);
        var lasting = words["StillText", words.Duration(now - (notice.Since ?? now)), words.Local(notice.Since ?? now)];
        var repeatsWhy = concern.Kind is ConcernKind.Failing or ConcernKind.BackupDamaged;
        return first with { Title = words["StillTitle", first.Title], Text = repeatsWhy ? $"{lasting}\n{first.Text}" : lasting };
    }

    /// <summary>The trouble is over.</summary>
    /// <param name="end">When it ended, as far as that is known.</param>
    public Card TakeBack(Notice notice, DateTimeOffset end)
    {
        var since = notice.Since ?? end;
        var (what, subject, next) = notice.Kind switch
        {
            ConcernKind.BackupOverdue => ("BackupRecovered", Subject(notice.Subject), "./cochin operations list"),
            ConcernKind.BackupDamaged => ("BackupRepaired", Subject(notice.Subject), "./cochin operations list"),
            ConcernKind.StateUnreadable => ("StateReadable", notice.Subject, "./cochin status"),
            _ => ("Recovered", notice.Subject, $"./cochin history {notice.Subject}"),
        };
        return new Card
        {
            Title = words[what + "Title", subject],
            Text = words[what + "Text", words.Local(since), words.Duration(end - since)],
            Color = CardColor.Good,
            Fields = [Next(next)],
            Reference = Reference(notice.Key, since),
        };
    }

    private Card Card(Concern concern, CardColor color, string title, string text, RunReport? run = null)
    {
        var fields = new List<CardField>();
        if ((concern.Kind == ConcernKind.Missed ? concern.Since : run?.Occurrence) is { } due)
        {
            fields.Add(new CardField(words["Due"], words["DueAt", words.Local(due)]));
        }
        else if (run is not null)
        {
            // A run that was asked for has no due time.
            fields.Add(new CardField(words["Started"], words["DueAt", words.Local(run.StartedAt)]));
        }

        if (run is not null)
        {
            fields.Add(new CardField(words["Run"], ForeignText.Short(run.RunId, 200)));
        }

        fields.Add(Next(concern.Kind switch
        {
            ConcernKind.Failing when run is not null => $"./cochin explain {run.RunId}",
            ConcernKind.Missed => $"./cochin run {concern.Subject}",
            ConcernKind.BackupOverdue => "./cochin operations list",
            ConcernKind.BackupDamaged => VerifyCommand(concern.Backups!.DamagedOnes),
            _ => "./cochin doctor",
        }));
        return new Card { Title = title, Text = text, Color = color, Fields = fields, Reference = Reference(concern.Key, concern.Since) };
    }

    // Errors are English. The French text has the reason by its kind instead; the command that follows shows the error.
    private string Reason(RunReport? run) => ForeignText.Short(run?.Error, LongestError) is { Length: > 0 } error
        ? words["FailedText", error, words[run?.Failure is { } kind ? $"Failure{kind}" : "FailureOther"]]
        : words["ReasonUnknown"];

    private string Overdue(Concern concern, DateTimeOffset now) =>
        concern.Since is { } since ? words["OverdueText", words.Local(since), words.Duration(now - since)] : words["OverdueNever"];

    private string BackupOverdue(Concern concern, DateTimeOffset now) =>
        concern.Since is { } since ? words["BackupOverdueText", words.Local(since), words.Duration(now - since)] : words["BackupOverdueNever"];

    private string BackupDamaged(BackupStanding backups)
    {
        var lines = backups.DamagedOnes.Select(
            one => words["BackupDamagedOne", ForeignText.Short(one.Name ?? one.Id, LongestName), ForeignText.Short(one.Damage, LongestDamage)]);
        var more = backups.Damaged - backups.DamagedOnes.Count;
        var others = more > 0 ? words["BackupDamagedMore", more] : null;
        var advice = words[backups.Count > 0 ? "BackupDamagedOthers" : "BackupDamagedAll", backups.Count];
        var first = words[backups.Damaged == 1 ? "BackupDamagedText" : "BackupsDamagedText", backups.Damaged];
        return string.Join('\n', [first, .. lines, .. new[] { others, advice }.OfType<string>()]);
    }

    // Only a plain id can be typed as it is.
    private static string VerifyCommand(IReadOnlyList<DamagedBackup> damaged) =>
        damaged is [var only] && only.Id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? $"./cochin verify_backups --backup-id {only.Id}"
            : "./cochin verify_backups --verbose";

    private static string Subject(string configuration) => configuration.Length == 0 ? "—" : ForeignText.Short(configuration, LongestName);

    private CardField Next(string command) => CardField.Command(words["Next"], command);

    private static string Reference(string key, DateTimeOffset? since) =>
        since is { } time ? $"Cochin · {key} · {time.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'}" : $"Cochin · {key}";
}
