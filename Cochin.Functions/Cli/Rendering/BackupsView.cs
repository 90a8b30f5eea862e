using Cochin.Functions.Backups;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Formatting;
using Cochin.Functions.Tasks.VerifyBackups;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>Writes the list of backups, and the result of protecting one, as text or JSON.</summary>
internal static class BackupsView
{
    public static void Write(Session session, IReadOnlyList<ListedBackup> backups, RetentionForecast? retention, DateTimeOffset now, string ifEmpty)
    {
        if (session.Terminal.IsJson)
        {
            session.Write(new BackupsDocument([.. backups.Select(ToDocument)]), CliJson.Readable.BackupsDocument);
            return;
        }

        if (backups.Count == 0)
        {
            session.Terminal.Line(ifEmpty);
            return;
        }

        string[] columns = ["id", "configuration", "name", "status", "age", "size", "verified", "protected"];
        var reasons = retention?.Reasons;
        var table = new TextTable(reasons is null ? [.. columns, "damage"] : [.. columns, "retention", "damage"]).Right(4, 5);
        foreach (var (backup, isProtected, unreadable) in backups)
        {
            string[] cells =
            [
                backup.Id,
                backup.Configuration ?? "—",
                backup.Name ?? "—",
                backup.Status ?? "—",
                Units.English.Age((now - backup.MadeAt(now))?.TotalSeconds),
                backup.SizeBytes is { } size ? Units.English.Size(size) : "—",
                Verified(backup, now),
                isProtected ? "yes" : "no",
                .. reasons is null ? [] : new[] { reasons.GetValueOrDefault(backup.Id, "—") },
                backup.Damage ?? (unreadable.Count == 0 ? "—" : $"can't be read: {string.Join(", ", unreadable)}"),
            ];
            table.Add(cells);
        }

        table.Write(session.Terminal);
        if (retention is { HasRule: false })
        {
            session.Terminal.Line(
                "No backups are pruned, because no retention rule is set. Set one, e.g. Cochin__Retention__KeepLast; see ./cochin prune_backups --help.");
        }
    }

    public static void Write(Session session, string id, bool isProtected, ProtectionResult result)
    {
        foreach (var warning in result.Warnings)
        {
            session.Terminal.Say($"warning: {warning}");
        }

        if (session.Terminal.IsJson)
        {
            session.Write(new ProtectionDocument(id, result.IsProtected, result.IsChanged), CliJson.Readable.ProtectionDocument);
            return;
        }

        var target = VerifyReport.Target(id);
        session.Terminal.Line((isProtected, result.IsChanged) switch
        {
            (true, true) => $"{target} is protected and will not be pruned.",
            (true, false) => $"{target} was already protected. Nothing was changed.",
            (false, true) => $"The protection of {target} was removed.",
            (false, false) => $"The record of {target} does not protect it. Nothing was changed.",
        });
    }

    private static string Verified(Storage.Operation backup, DateTimeOffset now) =>
        backup.VerifiedAt is { } at ? $"{Units.English.Age(Math.Max((now - at).TotalSeconds, 0))} ago ({backup.VerifiedLevel ?? "?"})" : "never";

    private static BackupDocument ToDocument(ListedBackup listed) => new(
        listed.Backup.Id,
        listed.Backup.Name,
        listed.Backup.Configuration,
        listed.Backup.Status,
        listed.Backup.BlobName,
        listed.Backup.SizeBytes,
        listed.Backup.Sha256,
        listed.Backup.CompletedAt?.UtcDateTime,
        listed.Backup.VerifiedAt?.UtcDateTime,
        listed.Backup.VerifiedLevel,
        listed.Backup.Damage,
        listed.IsProtected);
}
