namespace Cochin.Functions.StatusPage;

/// <summary>
/// How everything stands, at one moment: what the page shows and <c>status.json</c> holds (docs/storage-contract.md). Texts
/// in it are cleaned and cut (<see cref="PageText"/>); all times are UTC.
/// </summary>
internal sealed record StatusDocument
{
    /// <summary>Goes up when something in the JSON changes its meaning or is taken away.</summary>
    public int Format { get; init; } = 1;

    public required DateTime GeneratedAt { get; init; }

    /// <summary>The version of the program that made it.</summary>
    public required string Version { get; init; }

    /// <summary>The zone in which the page shows times, and whose days are counted.</summary>
    public required string TimeZone { get; init; }

    /// <summary>By when there should be a newer one: later than that, nothing runs. Null where no job is due any more.</summary>
    public DateTime? RenewedBy { get; init; }

    public required StatusHealth Health { get; init; }

    public required IReadOnlyList<StatusJob> Jobs { get; init; }

    public required StatusOperations Operations { get; init; }

    public required StatusChanges Changes { get; init; }
}
