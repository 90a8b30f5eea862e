using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tasks.SyncDjango.Mapping;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>Counts what a run reads, uploads and writes, lists it, and collects the discrepancies.</summary>
/// <param name="soFar">The counts of earlier runs of the same work; null if there were none.</param>
internal sealed class SyncReport(Action<TaskItem>? items, Dictionary<string, long>? soFar = null)
{
    private const string Write = "write", Keep = "keep", Report = "report", Upload = "upload";

    private static readonly DiscrepancyKind[] Failures =
        [DiscrepancyKind.FileFailed, DiscrepancyKind.RowFailed, DiscrepancyKind.Rejected, DiscrepancyKind.OtherRecord];

    private readonly List<string> warnings = [];
    private readonly List<string> lost = [];
    private readonly HashSet<string> tables = [];
    private long uploaded = soFar?.GetValueOrDefault(nameof(uploaded)) ?? 0;
    private long uploadedBytes = soFar?.GetValueOrDefault(nameof(uploadedBytes)) ?? 0;
    private long written = soFar?.GetValueOrDefault(nameof(written)) ?? 0;
    private long unchanged;
    private long conflicts;
    private long missing;
    private long rejected;
    private long failed;

    public long Backups { get; set; }

    public long Restores { get; set; }

    public long Quotes { get; set; }

    public long Configurations { get; set; }

    public Discrepancies Discrepancies { get; } = new();

    /// <summary>The number of bytes that were compared or sent, also of files that are not complete yet: the upload of a large file is progress.</summary>
    public long HandledBytes { get; set; }

    /// <summary>The counts that the next run of the same work can't know.</summary>
    public Dictionary<string, long> SoFar => new()
    {
        [nameof(uploaded)] = uploaded,
        [nameof(uploadedBytes)] = uploadedBytes,
        [nameof(written)] = written,
        [nameof(HandledBytes)] = (soFar?.GetValueOrDefault(nameof(HandledBytes)) ?? 0) + HandledBytes,
    };

    /// <summary>Whether a table has a row of one of the records.</summary>
    public bool HasRows(string table) => tables.Contains(table);

    public void Warn(string warning) => warnings.Add(warning);

    public void File(FileState state)
    {
        var (decision, reason) = state.Outcome switch
        {
            FileOutcome.Unchanged => (Keep, SyncReasons.Unchanged),
            FileOutcome.Uploaded or FileOutcome.WouldUpload => (Upload, SyncReasons.Absent),
            FileOutcome.Conflict => (Report, SyncReasons.Conflict),
            FileOutcome.Withheld => (Keep, SyncReasons.Pruned),
            FileOutcome.Changed => (Report, SyncReasons.Changed),
            FileOutcome.Skipped => (Keep, SyncReasons.Skipped),
            _ => (Report, SyncReasons.Failed),
        };
        switch (state.Outcome)
        {
            case FileOutcome.Uploaded or FileOutcome.WouldUpload:
                uploaded++;
                uploadedBytes += state.Size;
                break;
            case FileOutcome.Conflict:
                conflicts++;
                Discrepancies.Add(DiscrepancyKind.Conflict, state.BlobName, state.Problem ?? "differs from its blob, which is newer and was not overwritten");
                break;
            case FileOutcome.Failed or FileOutcome.Unreadable:
                failed++;
                Discrepancies.Add(DiscrepancyKind.FileFailed, state.BlobName, state.Problem ?? "could not be copied");
                break;
            case FileOutcome.Changed:
                Discrepancies.Add(DiscrepancyKind.FileChanged, state.BlobName, state.Problem ?? "changed while it was read; the next run copies it");
                break;
        }

        var area = state.BlobName.IndexOf('/', StringComparison.Ordinal);
        items?.Invoke(new TaskItem(state.BlobName[(area + 1)..], state.BlobName[..Math.Max(area, 0)], null, state.Size, 1, decision, reason));
    }

    /// <param name="table">The name of the table.</param>
    public void Row(MappedRow row, RowChange change, string table)
    {
        if (!change.Waits)
        {
            tables.Add(table);
        }

        if (change.Kept is { } reason)
        {
            Kept(row, reason, table);
        }
        else if (change.Waits && row.FileProblem is { } problem)
        {
            Failed(row, problem);
        }
        else if (change.Waits)
        {
            Item(row, Keep, SyncReasons.Waits);
        }
        else if (change.Row is null)
        {
            unchanged++;
            Item(row, Keep, SyncReasons.Unchanged);
        }
        else
        {
            written++;
            Item(row, Write, change.IsNew ? SyncReasons.New : SyncReasons.Changed);
        }

        foreach (var unreadable in row.Problems.Concat(change.Problems).Distinct())
        {
            Discrepancies.Add(DiscrepancyKind.Unreadable, row.Label, unreadable);
        }
    }

    /// <param name="why">A phrase that follows the name of the record.</param>
    public void Rejected(MappedRow row, string why)
    {
        rejected++;
        Discrepancies.Add(DiscrepancyKind.Rejected, row.Label, $"{why}, so it can't be written");
        Item(row, Report, SyncReasons.Rejected);
    }

    public void Failed(MappedRow row, string why)
    {
        failed++;
        Discrepancies.Add(DiscrepancyKind.RowFailed, row.Label, why);
        Item(row, Report, SyncReasons.Failed);
    }

    /// <param name="isLost">Whether there is no blob either.</param>
    /// <param name="newestOf">The configuration whose newest backup it is, if it is lost; otherwise null.</param>
    public void Missing(string label, string blobName, bool isLost, string? newestOf)
    {
        missing++;
        var what = $"names '{blobName}', which is {(isLost ? "neither in the backups folder nor in the storage" : "not in the backups folder")}";
        if (newestOf is not null)
        {
            what = $"is the newest backup of '{newestOf}', but {what}. Make a new backup";
            lost.Add($"{label} {what}");
        }

        Discrepancies.Add(DiscrepancyKind.MissingFile, label, what);
    }

    /// <summary>A row whose record is no longer in the database: it stays, with what it causes.</summary>
    /// <param name="table">The name of its table.</param>
    public void Gone(TableEntity row, string table) => Gone(row.PartitionKey, row.RowKey, row.PartitionKey switch
    {
        DevisRow.Partition when QuoteRow.IsActive(row) => EffectOfQuote(DevisRow.NumberOf(row)),
        BackupConfiguration.Partition when BackupConfiguration.From(row) is { ExpectedAge: not null } configuration =>
            $" and is active, so a notice is sent if {Problems.Quote(configuration.Name)} has no new backup in time. To end that: "
                + $"`{BackupConfiguration.DeactivateCommand(table, row.RowKey)}`",
        _ => "",
    });

    /// <summary>The row of a quote whose record is no longer in the database, and which no other record replaced.</summary>
    public void StillAnnounced(EarlierQuote quote) => Gone(DevisRow.Partition, quote.Key, EffectOfQuote(quote.Number));

    /// <summary>A row of <c>devis import</c> that stays active, because the quote in the database is not.</summary>
    public void StaysActive(EarlierQuote quote, MappedRow record) => Discrepancies.Add(
        DiscrepancyKind.ActiveImport, quote.Label,
        $"was imported and is active, but '{quote.Number}' is not active in the database ({record.Label}), so both were left as they are, and its alerts are "
            + "still sent. Activate the quote in the application, or import it with the statut False: `./cochin devis import FILE`");

    /// <summary>An earlier row of a quote that was made inactive.</summary>
    public void Superseded(EarlierQuote quote)
    {
        written++;
        var what = quote.IsCopied
            ? $"is no longer in the database, and another record has its number '{quote.Number}'"
            : $"was imported, and '{quote.Number}' is now copied from the database";
        Discrepancies.Add(DiscrepancyKind.Superseded, quote.Label, $"{what}, so it was made inactive: otherwise each alert would be sent twice");
        items?.Invoke(new TaskItem(quote.Key, "devis", null, 0, 0, Write, SyncReasons.Superseded));
    }

    public TaskResult ToResult() => new()
    {
        Outcome = failed + rejected + lost.Count > 0 ? Outcome.Partial : Outcome.Completed,
        Error = DescribeFailures(),
        Counts =
        [
            new("backups", Backups), new("restores", Restores), new("quotes", Quotes), new("configurations", Configurations), new("uploaded", uploaded),
            new("written", written), new("unchanged", unchanged), new("conflicts", conflicts), new("missing", missing), new("rejected", rejected),
            new("failed", failed),
        ],
        Bytes = [new("uploaded", uploadedBytes)],
        Warnings = [.. warnings, .. Discrepancies.ToWarnings()],
        Tables = Discrepancies.ToTables(),
    };

    private string? DescribeFailures()
    {
        var sentences = new[]
        {
            failed + rejected == 0 ? null
                : $"{failed + rejected} files and records could not be copied; the next run tries again: "
                    + Problems.List([.. Discrepancies.Of(Failures)]),
            lost.Count == 0 ? null
                : $"The newest backup of {lost.Count} {(lost.Count == 1 ? "configuration has" : "configurations has")} neither a file nor a blob: "
                    + Problems.List(lost),
        };
        return string.Join(". ", sentences.OfType<string>()) is { Length: > 0 } text ? text : null;
    }

    private void Gone(string partition, string key, string effect)
    {
        Discrepancies.Add(DiscrepancyKind.Gone, $"{partition}/{key}", $"is no longer in the database; its row stays{effect}");
        items?.Invoke(new TaskItem(key, partition, null, 0, 0, Report, SyncReasons.Gone));
    }

    private static string EffectOfQuote(string number) =>
        $" and is active, so the alerts of {Problems.Quote(number)} are still sent. To end them, import it with the statut False: `./cochin devis import FILE`";

    private void Kept(MappedRow row, ReasonToKeep reason, string table)
    {
        if (reason.Kind != DiscrepancyKind.OtherRecord)
        {
            unchanged++;
            Discrepancies.Add(reason.Kind, row.Label, reason.What);
            Item(row, Keep, SyncReasons.Kept);
            return;
        }

        rejected++;
        Discrepancies.Add(
            reason.Kind, row.Label,
            $"{reason.What}. To copy this record, delete the row and what is noted in it: `az storage entity delete --auth-mode login --account-name ACCOUNT "
                + $"--table-name {table} --partition-key {row.Partition} --row-key {row.Key}`");
        Item(row, Report, SyncReasons.Rejected);
    }

    private void Item(MappedRow row, string decision, string reason) =>
        items?.Invoke(new TaskItem(row.Key, row.Partition, null, 0, 0, decision, reason));
}
