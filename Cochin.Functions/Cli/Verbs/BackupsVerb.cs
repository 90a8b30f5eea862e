using System.CommandLine;
using Azure;
using Cochin.Functions.Auditing;
using Cochin.Functions.Backups;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.VerifyBackups;

namespace Cochin.Functions.Cli.Verbs;

internal static class BackupsVerb
{
    private const string Name = "backups";
    private const string NoBackups = "There are no backups. To register those in the storage: ./cochin rebuild_backup_paths";

    public static Verb Create() =>
        new Verb(Name, "List, download and protect backups", "backups list --configuration Daily", "backups download 42 --to /tmp", "backups protect 42")
            .With(CreateList(), CreateDownload(), CreateProtect(isProtected: true), CreateProtect(isProtected: false));

    private static Verb CreateList()
    {
        var configuration = new Option<string?>("--configuration") { Description = "Only backups of this configuration", HelpName = "NAME" };
        return new Verb(
            "list",
            "List the backups by configuration, newest last: status, age, size, last verification, protection, retention and damage",
            "backups list",
            "backups list --configuration 'Daily Backup' --json")
        {
            Execute = async (session, cancellationToken) =>
            {
                var storage = await session.GetAsync<CochinStorage>(cancellationToken).ConfigureAwait(false);
                var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
                var all = await ReadAsync(session, storage, now, cancellationToken).ConfigureAwait(false);
                var shown = session.Value(configuration) is { } name ? BackupList.FilterByConfiguration(all, name) : all;
                foreach (var backup in shown.Where(backup => backup.Unreadable.Count > 0))
                {
                    session.Terminal.Say(
                        $"warning: {VerifyReport.Target(backup.Backup.Id)} has unreadable values: {string.Join(", ", backup.Unreadable)}.");
                }

                var planner = await session.GetAsync<BackupRetention>(cancellationToken).ConfigureAwait(false);
                var retention = shown.Count == 0 || session.Terminal.IsJson ? null : await planner.ReadAsync(now, cancellationToken).ConfigureAwait(false);
                if (retention?.Problem is { } problem)
                {
                    session.Terminal.Say($"warning: The column 'retention' can't be shown. {problem}");
                }

                BackupsView.Write(session, shown, retention, now, all.Count == 0 ? NoBackups : NoneInConfiguration(all, session.Value(configuration)));
                return ExitCodes.Done;
            },
        }.With(configuration);
    }

    private static string NoneInConfiguration(IReadOnlyList<ListedBackup> all, string? configuration)
    {
        var names = all.Select(backup => backup.Backup.Configuration).OfType<string>().Distinct().ToList();
        return $"No backup belongs to the configuration '{configuration}' (backups in total: {all.Count}).{Suggestion.For(configuration ?? "", names)} "
            + "To see all backups: ./cochin backups list";
    }

    private static async Task<IReadOnlyList<ListedBackup>> ReadAsync(
        Session session, CochinStorage storage, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await new BackupList(storage).ReadAsync(now, cancellationToken).ConfigureAwait(false);
        }
        catch (LostTableException e)
        {
            throw new CliException("no_table", e.Table.Finding, e.Table.Hint, ExitCodes.Failed);
        }
        catch (RequestFailedException e) when (MissingTable.Is(e))
        {
            var missing = await MissingTable.ExplainAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false);
            if (missing.ExistedBefore)
            {
                throw new CliException("no_table", missing.Finding, missing.Hint, ExitCodes.Failed);
            }

            session.Terminal.Say(missing.Message);
            return [];
        }
    }

    private static Verb CreateDownload()
    {
        var id = CreateId();
        var to = new Option<string?>("--to") { Description = "File or folder (default: the current folder), or - for standard output", HelpName = "PATH" };
        var force = OptionValues.Force("Overwrite an existing file");
        return new Verb(
            "download",
            "Download a backup and check its SHA-256. To continue an interrupted download, repeat the command",
            "backups download 42",
            "backups download 42 --to /tmp/restore.zip --force",
            "backups download 42 --to - | tar -tz")
        {
            Execute = (session, cancellationToken) => GuardAsync(async () =>
            {
                var isOutput = session.Value(to) == DownloadTarget.StandardOutput;
                if (isOutput && (session.Terminal.IsJson || !session.Terminal.IsPlain))
                {
                    throw session.Terminal.IsJson
                        ? new CliException("usage", "--json and --to - both write to standard output.", "Omit one of them.")
                        : new CliException("usage", "Standard output is a terminal, so the backup was not written.", "Redirect it: --to - > FILE");
                }

                var storage = await session.GetAsync<CochinStorage>(cancellationToken).ConfigureAwait(false);
                var backup = await StoredBackup.FindAsync(new BackupFinder(storage), BackupFinder.IdOf(session.Value(id)!), cancellationToken)
                    .ConfigureAwait(false);
                var target = isOutput ? null : DownloadTarget.Resolve(session.Value(to), backup.Blob.Name, backup.Id);
                var exists = File.Exists(target);
                if (exists && !session.Value(force) && !await ConfirmAsync(session.Terminal, target!, cancellationToken).ConfigureAwait(false))
                {
                    session.Terminal.Say("Nothing was changed.");
                    return ExitCodes.Done;
                }

                await new DownloadConsole(session, backup).RunAsync(target, overwrite: exists, cancellationToken).ConfigureAwait(false);
                return ExitCodes.Done;
            }),
        }.With(id, to, force);
    }

    private static async Task<bool> ConfirmAsync(Terminal terminal, string target, CancellationToken cancellationToken) => terminal.CanAsk
        ? await terminal.ConfirmAsync($"Overwrite '{target}'?", cancellationToken).ConfigureAwait(false)
        : throw new CliException("needs_consent", $"The file '{target}' already exists.", "Overwrite it with --force, or choose another place with --to.");

    private static Verb CreateProtect(bool isProtected)
    {
        var id = CreateId();
        var (name, description) = isProtected
            ? ("protect", "Protect a backup from being pruned")
            : ("unprotect", "Remove the protection, so that the backup may be pruned");
        return new Verb(name, description, $"backups {name} 42")
        {
            Execute = (session, cancellationToken) => GuardAsync(async () =>
            {
                var storage = await session.GetAsync<CochinStorage>(cancellationToken).ConfigureAwait(false);
                var log = await session.GetAsync<AuditLog>(cancellationToken).ConfigureAwait(false);
                var time = await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false);
                using var audit = new AuditTrail(log, storage, storage, time, RunKeys.NewRunId(time.GetUtcNow()), Name);
                var backup = BackupFinder.IdOf(session.Value(id)!);
                var result = await new BackupProtection(storage, audit).SetAsync(backup, isProtected, cancellationToken).ConfigureAwait(false);
                BackupsView.Write(session, backup, isProtected, result);
                return ExitCodes.Done;
            }),
        }.With(id);
    }

    private static Argument<string> CreateId() => new("ID") { Description = "Id of the backup, as in `backups list`" };

    private static async Task<int> GuardAsync(Func<Task<int>> execute)
    {
        try
        {
            return await execute().ConfigureAwait(false);
        }
        catch (BackupException e)
        {
            throw new CliException(e.Code, e.Message, e.Hint, ExitCodes.Failed);
        }
    }
}
