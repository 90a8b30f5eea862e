using Cochin.Functions.Notifications;
using Cochin.Functions.Running;

namespace Cochin.Functions.Watching;

/// <summary>Writes notices as people read them: what happened, since when, and what to type next.</summary>
internal sealed class NoticeCards(DiscordSettings settings)
{
    private const int Red = 0xED4245;
    private const int Green = 0x3BA55D;
    private const int Orange = 0xFAA61A;
    private const int LongestReason = 1_000;
    private const int LongestName = 150;
    private const int LongestDamage = 400;

    private readonly CardWords words = new(settings);

    /// <summary>The first notice of a trouble.</summary>
    /// <param name="run">The job's last failed run, where it failed.</param>
    public DiscordEmbed Tell(Concern concern, RunReport? run, DateTimeOffset now) => concern.Kind switch
    {
        ConcernKind.Failing => Card(concern, Red, words["FailedTitle", concern.Subject], Reason(run), run),
        ConcernKind.Missed => Card(concern, Orange, words["MissedTitle", concern.Subject], words["MissedText", words.Local(concern.Since ?? now)], run: null),
        ConcernKind.StateUnreadable => Card(concern, Red, words["StateUnreadableTitle", concern.Subject], words["StateUnreadableText"], run: null),
        ConcernKind.BackupDamaged => Card(concern, Red, words["BackupDamagedTitle", Subject(concern.Subject)], BackupDamaged(concern.Backups!), run: null),
        ConcernKind.Overdue => Card(concern, Red, words["OverdueTitle", concern.Subject], Overdue(concern, now), run: null),
        _ => Card(concern, Red, words["BackupOverdueTitle", Subject(concern.Subject)], BackupOverdue(concern, now), run: null),
    };

    /// <summary>The trouble lasts.</summary>
    public DiscordEmbed Remind(Concern concern, Notice notice, RunReport? run, DateTimeOffset now)
    {
        var first = Tell(concern, run, now);
        var lasting = words["StillText", words.Duration(now - (notice.Since ?? now)), words.Local(notice.Since ?? now)];
        var repeatsWhy = concern.Kind is ConcernKind.Failing or ConcernKind.BackupDamaged;
        return first with { Title = words["StillTitle", first.Title], Description = repeatsWhy ? $"{lasting}\n{first.Description}" : lasting };
    }

    /// <summary>The trouble is over.</summary>
    /// <param name="end">When it ended, as far as that is known.</param>
    public DiscordEmbed TakeBack(Notice notice, DateTimeOffset end)
    {
        var since = notice.Since ?? end;
        var (what, subject, next) = notice.Kind switch
        {
            ConcernKind.BackupOverdue => ("BackupRecovered", Subject(notice.Subject), "./cochin operations list"),
            ConcernKind.BackupDamaged => ("BackupRepaired", Subject(notice.Subject), "./cochin operations list"),
            ConcernKind.StateUnreadable => ("StateReadable", notice.Subject, "./cochin status"),
            _ => ("Recovered", notice.Subject, $"./cochin history {notice.Subject}"),
        };
        return new DiscordEmbed
        {
            Title = words[what + "Title", subject],
            Description = words[what + "Text", words.Local(since), words.Duration(end - since)],
            Color = Green,
            Fields = [Next(next)],
            Footer = Reference(notice.Key, since),
        };
    }

    private DiscordEmbed Card(Concern concern, int color, string title, string text, RunReport? run)
    {
        var fields = new List<DiscordField>();
        if ((concern.Kind == ConcernKind.Missed ? concern.Since : run?.Occurrence) is { } due)
        {
            fields.Add(new DiscordField { Name = words["Due"], Value = words["DueAt", words.Local(due)] });
        }
        else if (run is not null)
        {
            // Somebody asked for it: it was due at no time.
            fields.Add(new DiscordField { Name = words["Started"], Value = words["DueAt", words.Local(run.StartedAt)] });
        }

        if (run is not null)
        {
            fields.Add(new DiscordField { Name = words["Run"], Value = run.RunId });
        }

        fields.Add(Next(concern.Kind switch
        {
            ConcernKind.Failing when run is not null => $"./cochin explain {run.RunId}",
            ConcernKind.Missed => $"./cochin run {concern.Subject}",
            ConcernKind.BackupOverdue => "./cochin operations list",
            ConcernKind.BackupDamaged => VerifyCommand(concern.Backups!.DamagedOnes),
            _ => "./cochin doctor",
        }));
        return new DiscordEmbed { Title = title, Description = text, Color = color, Fields = fields, Footer = Reference(concern.Key, concern.Since) };
    }

    // An error may run over several lines; the first says what happened.
    private string Reason(RunReport? run) =>
        DiscordText.Plain(run?.Error, LongestReason) is { Length: > 0 } reason ? words["FailedText", reason] : words["ReasonUnknown"];

    private string Overdue(Concern concern, DateTimeOffset now) =>
        concern.Since is { } since ? words["OverdueText", words.Local(since), words.Duration(now - since)] : words["OverdueNever"];

    private string BackupOverdue(Concern concern, DateTimeOffset now) =>
        concern.Since is { } since ? words["BackupOverdueText", words.Local(since), words.Duration(now - since)] : words["BackupOverdueNever"];

    private string BackupDamaged(BackupStanding backups)
    {
        var lines = backups.DamagedOnes.Select(
            one => words["BackupDamagedOne", DiscordText.Plain(one.Name ?? one.Id, LongestName), DiscordText.Plain(one.Damage, LongestDamage)]);
        var more = backups.Damaged - backups.DamagedOnes.Count;
        var others = more > 0 ? words["BackupDamagedMore", more] : null;
        var advice = words[backups.Count > 0 ? "BackupDamagedOthers" : "BackupDamagedAll", backups.Count];
        var first = words[backups.Damaged == 1 ? "BackupDamagedText" : "BackupsDamagedText", backups.Damaged];
        return string.Join('\n', [first, .. lines, .. new[] { others, advice }.OfType<string>()]);
    }

    // An id is anything; only a plain one can be typed as it is.
    private static string VerifyCommand(IReadOnlyList<DamagedBackup> damaged) =>
        damaged is [var only] && only.Id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? $"./cochin verify_backups --backup-id {only.Id}"
            : "./cochin verify_backups --verbose";

    private static string Subject(string configuration) => configuration.Length == 0 ? "—" : DiscordText.Plain(configuration, 150);

    private DiscordField Next(string command) => new() { Name = words["Next"], Value = $"`{command}`", Inline = false };

    // Always the same for one trouble: that is how people see which messages belong together.
    private static DiscordFooter Reference(string key, DateTimeOffset? since) =>
        new() { Text = since is { } time ? $"Cochin · {key} · {time.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'}" : $"Cochin · {key}" };
}
