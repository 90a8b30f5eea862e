using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>The messages sent about one incident: a row of the jobs table, in a separate partition.</summary>
internal sealed record Notice
{
    public const string Partition = "notice";

    // Longer than any retry delay, which is at most one day.
    private static readonly TimeSpan MaxWait = TimeSpan.FromHours(25);

    public required string Key { get; init; }

    /// <summary>The ETag of the row; null if it does not exist yet.</summary>
    public ETag? Version { get; init; }

    public IncidentKind Kind { get; init; }

    /// <summary>Whether the notice is about backups and not about a job.</summary>
    public bool IsAboutBackups => Kind is IncidentKind.BackupOverdue or IncidentKind.BackupDamaged;

    /// <summary>The job, or the configuration of backups.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The start of the incident; for the digest, the end of its last period.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the last message was sent; null if none was sent yet.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The number of messages sent about this incident.</summary>
    public int Sent { get; init; }

    /// <summary>Nothing is sent before this time: another process is sending the message, or the delivery failed.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The number of consecutive failed deliveries.</summary>
    public int Tries { get; init; }

    /// <summary>The columns with times that can't be read or are in the future. They are treated as not set.</summary>
    public IReadOnlyList<string> InvalidColumns { get; init; } = [];

    public static Notice From(TableEntity row) => new()
    {
        Key = row.RowKey,
        Version = row.ETag,
        Kind = Enum.TryParse<IncidentKind>(row.Text(nameof(Kind)), out var kind) && Enum.IsDefined(kind) ? kind : Incident.KindOf(row.RowKey),
        Subject = row.Text(nameof(Subject)) ?? "",
        Since = row.Time(nameof(Since)),
        SentAt = row.Time(nameof(SentAt)),
        Sent = (int)(row.Number(nameof(Sent)) ?? 0),
        NotBefore = row.Time(nameof(NotBefore)),
        Tries = (int)(row.Number(nameof(Tries)) ?? 0),
        InvalidColumns = [.. new[] { nameof(Since), nameof(SentAt), nameof(NotBefore) }.Where(column => row.Has(column) && row.Time(column) is null)],
    };

    /// <summary>Returns the notice without times in the future, which would delay its message indefinitely.</summary>
    public Notice WithoutInvalidTimes(DateTimeOffset now)
    {
        var latest = now + LastActivity.ClockSkewTolerance;
        var valid = this with
        {
            Since = Since > latest ? null : Since,
            SentAt = SentAt > latest ? null : SentAt,
            NotBefore = NotBefore > now + MaxWait ? null : NotBefore,
        };
        return valid with
        {
            InvalidColumns =
            [
                .. InvalidColumns,
                .. new[]
                {
                    valid.Since == Since ? null : nameof(Since),
                    valid.SentAt == SentAt ? null : nameof(SentAt),
                    valid.NotBefore == NotBefore ? null : nameof(NotBefore),
                }.OfType<string>(),
            ],
        };
    }

    public TableEntity Row()
    {
        var row = new TableEntity(Partition, Key)
        {
            [nameof(Kind)] = Kind.ToString(),
            [nameof(Subject)] = Subject,
            [nameof(Sent)] = Sent,
            [nameof(Tries)] = Tries,
        };
        row.Set(nameof(Since), Since);
        row.Set(nameof(SentAt), SentAt);
        row.Set(nameof(NotBefore), NotBefore);
        return row;
    }
}
