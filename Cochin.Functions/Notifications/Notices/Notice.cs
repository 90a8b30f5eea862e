using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>What was announced about one thing: a row of the jobs table, in a separate partition.</summary>
internal sealed record Notice
{
    public const string Partition = "notice";

    // Longer than any wait that is written: a webhook that was removed is left alone for a day at most.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(25);

    public required string Key { get; init; }

    /// <summary>The version to change it by; null if the row does not exist yet.</summary>
    public ETag? Version { get; init; }

    public ConcernKind Kind { get; init; }

    /// <summary>Whether it is about backups and not about a job.</summary>
    public bool IsOfBackups => Kind is ConcernKind.BackupOverdue or ConcernKind.BackupDamaged;

    /// <summary>The job, or the configuration of backups.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The start of the trouble; of a digest, the end of the period that the last one reported.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the last message was sent; null if the first is still owed.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>How many messages were sent about this trouble.</summary>
    public int Sent { get; init; }

    /// <summary>Until when nothing is sent: another process is sending it, or the channel did not take it.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>How many deliveries in a row failed.</summary>
    public int Tries { get; init; }

    /// <summary>The columns whose time can't be read or can't be true; they count as not set.</summary>
    public IReadOnlyList<string> Doubtful { get; init; } = [];

    public static Notice From(TableEntity row) => new()
    {
        Key = row.RowKey,
        Version = row.ETag,
        Kind = Enum.TryParse<ConcernKind>(row.Text(nameof(Kind)), out var kind) && Enum.IsDefined(kind) ? kind : Concern.KindOf(row.RowKey),
        Subject = row.Text(nameof(Subject)) ?? "",
        Since = row.Time(nameof(Since)),
        SentAt = row.Time(nameof(SentAt)),
        Sent = (int)(row.Number(nameof(Sent)) ?? 0),
        NotBefore = row.Time(nameof(NotBefore)),
        Tries = (int)(row.Number(nameof(Tries)) ?? 0),
        Doubtful = [.. new[] { nameof(Since), nameof(SentAt), nameof(NotBefore) }.Where(column => row.Has(column) && row.Time(column) is null)],
    };

    /// <summary>The notice without the times that can't be true: they would hold back its message for ever.</summary>
    public Notice Trusted(DateTimeOffset now)
    {
        var latest = now + LastActivity.ClockSkewTolerance;
        var trusted = this with
        {
            Since = Since > latest ? null : Since,
            SentAt = SentAt > latest ? null : SentAt,
            NotBefore = NotBefore > now + LongestWait ? null : NotBefore,
        };
        return trusted with
        {
            Doubtful =
            [
                .. Doubtful,
                .. new[]
                {
                    trusted.Since == Since ? null : nameof(Since),
                    trusted.SentAt == SentAt ? null : nameof(SentAt),
                    trusted.NotBefore == NotBefore ? null : nameof(NotBefore),
                }.OfType<string>(),
            ],
        };
    }

    public TableEntity Row()
    {
        var row = new TableEntity(Partition, Key) { [nameof(Kind)] = Kind.ToString(), [nameof(Subject)] = Subject, [nameof(Sent)] = Sent, [nameof(Tries)] = Tries };
        row.Set(nameof(Since), Since);
        row.Set(nameof(SentAt), SentAt);
        row.Set(nameof(NotBefore), NotBefore);
        return row;
    }
}
