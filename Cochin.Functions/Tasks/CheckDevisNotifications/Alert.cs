using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>An alert that is due.</summary>
/// <param name="Date">The announced date.</param>
/// <param name="DaysLate">The number of days since the date; 0 on the date itself.</param>
internal sealed record Alert(DevisRow Devis, AlertKind Kind, DateOnly Date, int DaysLate)
{
    /// <summary>The column that stores the date of the last alert of this kind.</summary>
    public string Column => Kind == AlertKind.Start ? nameof(DevisRow.StartNotifiedFor) : nameof(DevisRow.EndNotifiedFor);

    /// <summary>The name of the alert in the audit log.</summary>
    public string Target => $"{Devis.Name} {(Kind == AlertKind.Start ? "start" : "end")} {DevisRow.Text(Date)}";
}

internal enum AlertKind
{
    /// <summary>Sent on the day the payment period of a quote starts.</summary>
    Start,

    /// <summary>Sent on the day the payment period ends, when the payment is due.</summary>
    End,
}
