using System.Globalization;
using Cochin.Functions.Backups;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tests.Fakes;
using Cochin.Functions.Tests.StatusPage;
using Microsoft.Playwright;

namespace Cochin.Functions.Tests.Notifications;

/// <summary>Saves a picture of each message in <c>pictures/</c>; some of them are in docs/pictures.</summary>
public sealed class MessagePictureTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("fr-FR")]
    [InlineData("en-GB")]
    public async Task Messages_FitTheirCards(string culture)
    {
        var settings = new DiscordSettings { Culture = CultureInfo.GetCultureInfo(culture), TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris") };

        await ShowAsync($"discord-quotes-{culture[..2]}", Quotes(settings.Culture));
        await ShowAsync($"discord-notices-{culture[..2]}", Notices(settings));
        await ShowAsync($"discord-digest-{culture[..2]}", [Digest(settings)]);
    }

    private async Task ShowAsync(string name, IEnumerable<Card> cards)
    {
        await using var shown = await chromium.OpenAsync(DiscordLook.Page(cards), 540);

        (await shown.OverflowAsync()).ShouldBe(0);
        shown.Messages.ShouldBeEmpty();
        var path = Path.Combine(AppContext.BaseDirectory, "pictures", $"{name}.png");
        await shown.Page.ScreenshotAsync(new PageScreenshotOptions { Path = path, FullPage = true });
    }

    private static IEnumerable<Card> Quotes(CultureInfo culture)
    {
        var embeds = new AlertCards(culture, new DateOnly(2026, 11, 24));
        var devis = new DevisRow
        {
            Number = "DV-2026-101",
            Montant = "12500.00",
            DateDebut = "2026-11-24",
            DateRendu = "2026-12-24",
            AgentPlateforme = "Agence Cochin",
        };
        var hostile = devis with
        {
            Number = "**@everyone** [x](http://evil)\n# " + new string('W', 300),
            Montant = "viel",
            DateDebut = "2026-10-25",
            DateRendu = "2026-11-24",
            AgentPlateforme = "<@&1> `rm`\u202E" + new string('é', 10_000),
        };
        yield return embeds.Write(new Alert(devis, AlertKind.Start, new DateOnly(2026, 11, 24), 0));
        yield return embeds.Write(new Alert(
            devis with { Number = "DV-2026-087", Montant = "1234.56", DateDebut = "2026-10-01", DateRendu = "2026-11-22" },
            AlertKind.End,
            new DateOnly(2026, 11, 22),
            2));
        yield return embeds.Write(new Alert(hostile, AlertKind.End, new DateOnly(2026, 11, 24), 0));
    }

    private static IEnumerable<Card> Notices(DiscordSettings settings)
    {
        var cards = new NoticeCards(settings);
        var run = new RunReport
        {
            Job = "rebuild_backup_paths",
            Task = "rebuild_backup_paths",
            RunId = "20261124T080012-3f9c1a",
            Trigger = RunTrigger.Scheduled,
            Occurrence = Now.AddHours(-6),
            StartedAt = Now,
            Result = new TaskResult
            {
                Outcome = Outcome.Failed,
                Failure = FailureKind.StorageDenied,
                Error = "The storage denied access: the identity needs the role 'Storage Blob Data Contributor' on the container backups "
                    + "(AuthorizationPermissionMismatch).",
            },
        };
        var failing = new Incident(IncidentKind.Failing, "rebuild_backup_paths", Now);
        var notice = new Notice { Key = failing.Key, Kind = IncidentKind.Failing, Subject = "rebuild_backup_paths", Since = Now, Sent = 1 };
        yield return cards.Announce(failing, run, Now);
        yield return cards.Remind(failing, notice, run, Now.AddHours(26));
        yield return cards.Recover(notice, Now.AddHours(31));
        yield return cards.Announce(new Incident(IncidentKind.Missed, "cleanup_temp_files", Now.AddHours(-7)), run: null, Now);
        yield return cards.Announce(new Incident(IncidentKind.Overdue, "cleanup_stuck_operations", Now.AddHours(-13)), run: null, Now);
        yield return cards.Announce(new Incident(IncidentKind.BackupOverdue, "quotidien", Now.AddHours(-31)), run: null, Now);
        var damaged = new BackupSummary("quotidien")
        {
            Count = 41,
            Damaged = 1,
            DamagedBackups = [new DamagedBackup("42", "Sauvegarde du 23 novembre", "has a zip entry with a wrong CRC or length at byte 184320", Now)],
        };
        yield return cards.Announce(new Incident(IncidentKind.BackupDamaged, "quotidien", Now) { Backups = damaged }, run: null, Now);
    }

    private static Card Digest(DiscordSettings settings) => new DigestCard(settings).Write(new Digest(Now.AddDays(-7), Now)
    {
        Runs = 47,
        Failures = [new("rebuild_backup_paths", 2)],
        Work =
        [
            .. TaskCatalog.All.SelectMany(task => task.Digest)
                .Zip<DigestField, IReadOnlyList<long>>([[18], [1_312, 48_318_382_080], [3], [2, 1], [18, 1, 48_318_382_080]]),
        ],
        BackupsPresent = 212,
        BackupsMissing = 1,
        BackupsCompleted = 213,
        BackupsVerified = 211,
        OldestCheck = Now.AddDays(-12),
        Damaged = [new BackupSummary("quotidien") { Damaged = 1 }],
        OldestBackup = Now.AddDays(-366),
        NewestBackup = Now.AddHours(-31),
        Blobs = 1_204,
        BytesStored = 812_318_382_080,
    });
}
