using Cochin.Functions.Backups;
using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>Creates the cards of notices: what happened, since when, and what to type next.</summary>
internal sealed class NoticeCards(MessageSettings settings)
{
    private const int MaxErrorLength = 1_000;
    private const int MaxNameLength = 150;
    private const int MaxDamageLength = 400;

    private readonly CardTexts texts = new(settings);

    /// <summary>Creates the first message about an incident.</summary>
    /// <param name="run">The last failed run of the job; null if the job did not fail.</param>
    public Card Announce(Incident incident, RunReport? run, DateTimeOffset now) => incident.Kind switch
    {
        IncidentKind.Failing => Card(incident, CardColor.Critical, texts["FailedTitle", incident.Subject], Reason(run), run),
        IncidentKind.Missed => Card(
            incident, CardColor.Warning, texts["MissedTitle", incident.Subject], texts["MissedText", texts.Local(incident.Since ?? now)]),
        IncidentKind.StateUnreadable => Card(incident, CardColor.Critical, texts["StateUnreadableTitle", incident.Subject], texts["StateUnreadableText"]),
        IncidentKind.Partial => Card(
            incident, CardColor.Warning, texts["PartialTitle", incident.Subject], texts["PartialText", texts.Local(incident.Since ?? now)]),
        IncidentKind.BackupDamaged => Card(
            incident, CardColor.Critical, texts["BackupDamagedTitle", Subject(incident.Subject)], BackupDamaged(incident.Backups!)),
        IncidentKind.Overdue => Card(incident, CardColor.Critical, texts["OverdueTitle", incident.Subject], Overdue(incident, now)),
        _ => Card(incident, CardColor.Critical, texts["BackupOverdueTitle", Subject(incident.Subject)], BackupOverdue(incident, now)),
    };

    /// <summary>Creates a reminder that the incident continues.</summary>
    public Card Remind(Incident incident, Notice notice, RunReport? run, DateTimeOffset now)
    {
        var first = Announce(incident, run, now);
        var duration = texts["StillText", texts.Duration(now - (notice.Since ?? now)), texts.Local(notice.Since ?? now)];
        var repeatsText = incident.Kind is IncidentKind.Failing or IncidentKind.BackupDamaged;
        return first with { Title = texts["StillTitle", first.Title], Text = repeatsText ? $"{duration}\n{first.Text}" : duration };
    }

    /// <summary>Creates the message that the incident is over.</summary>
    /// <param name="end">When the incident ended, or the current time.</param>
    public Card Recover(Notice notice, DateTimeOffset end)
    {
        var since = notice.Since ?? end;
        var (what, subject, next) = notice.Kind switch
        {
            IncidentKind.BackupOverdue => ("BackupRecovered", Subject(notice.Subject), "./cochin operations list"),
            IncidentKind.BackupDamaged => ("BackupRepaired", Subject(notice.Subject), "./cochin operations list"),
            IncidentKind.StateUnreadable => ("StateReadable", notice.Subject, "./cochin status"),
            IncidentKind.Partial => ("PartialEnded", notice.Subject, $"./cochin history {notice.Subject}"),
            _ => ("Recovered", notice.Subject, $"./cochin history {notice.Subject}"),
        };
        return new Card
        {
            Title = texts[what + "Title", subject],
            Text = texts[what + "Text", texts.Local(since), texts.Duration(end - since)],
            Color = CardColor.Good,
            Fields = [Next(next)],
            Reference = Reference(notice.Key, since),
        };
    }

    private Card Card(Incident incident, CardColor color, string title, string text, RunReport? run = null)
    {
        var fields = new List<CardField>();
        if ((incident.Kind == IncidentKind.Missed ? incident.Since : run?.Occurrence) is { } due)
        {
            fields.Add(new CardField(texts["Due"], texts["DueAt", texts.Local(due)]));
        }
        else if (run is not null)
        {
            // A run started from the command line has no due time.
            fields.Add(new CardField(texts["Started"], texts["DueAt", texts.Local(run.StartedAt)]));
        }

        if (run is not null)
        {
            fields.Add(new CardField(texts["Run"], ForeignText.Short(run.RunId, 200)));
        }

        fields.Add(Next(incident.Kind switch
        {
            IncidentKind.Failing when run is not null => $"./cochin explain {run.RunId}",
            IncidentKind.Missed or IncidentKind.Partial => $"./cochin run {incident.Subject}",
            IncidentKind.BackupDamaged => VerifyCommand(incident.Backups!.DamagedBackups),
            _ => "./cochin doctor",
        }));
        return new Card { Title = title, Text = text, Color = color, Fields = fields, Reference = Reference(incident.Key, incident.Since) };
    }

    // Errors are in English. The French text contains a reason for the kind of failure instead; the command shows the error.
    private string Reason(RunReport? run) => ForeignText.Short(run?.Error, MaxErrorLength) is { Length: > 0 } error
        ? texts["FailedText", error, texts[run?.Failure is { } kind ? $"Failure{kind}" : "FailureOther"]]
        : texts["ReasonUnknown"];

    private string Overdue(Incident incident, DateTimeOffset now) =>
        incident.Since is { } since ? texts["OverdueText", texts.Local(since), texts.Duration(now - since)] : texts["OverdueNever"];

    private string BackupOverdue(Incident incident, DateTimeOffset now) =>
        incident.Since is { } since ? texts["BackupOverdueText", texts.Local(since), texts.Duration(now - since)] : texts["BackupOverdueNever"];

    private string BackupDamaged(BackupSummary backups)
    {
        var lines = backups.DamagedBackups.Select(
            backup => texts["BackupDamagedOne", ForeignText.Short(backup.Name ?? backup.Id, MaxNameLength), ForeignText.Short(backup.Damage, MaxDamageLength)]);
        var more = backups.Damaged - backups.DamagedBackups.Count;
        var others = more > 0 ? texts["BackupDamagedMore", more] : null;
        var advice = texts[backups.Count > 0 ? "BackupDamagedOthers" : "BackupDamagedAll", backups.Count];
        var first = texts[backups.Damaged == 1 ? "BackupDamagedText" : "BackupsDamagedText", backups.Damaged];
        return string.Join('\n', [first, .. lines, .. new[] { others, advice }.OfType<string>()]);
    }

    // Other ids would need quoting in a shell.
    private static string VerifyCommand(IReadOnlyList<DamagedBackup> damaged) =>
        damaged is [var only] && only.Id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? $"./cochin verify_backups --backup-id {only.Id}"
            : "./cochin verify_backups --verbose";

    private static string Subject(string configuration) => configuration.Length == 0 ? "—" : ForeignText.Short(configuration, MaxNameLength);

    private CardField Next(string command) => CardField.Command(texts["Next"], command);

    private static string Reference(string key, DateTimeOffset? since) =>
        since is { } time ? $"Cochin · {key} · {time.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'}" : $"Cochin · {key}";
}
