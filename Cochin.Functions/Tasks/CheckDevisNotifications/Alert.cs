using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>An alert that is to be sent.</summary>
/// <param name="Date">The day it announces.</param>
/// <param name="DaysLate">0 on the day itself.</param>
internal sealed record Alert(DevisRow Devis, AlertKind Kind, DateOnly Date, int DaysLate)
{
    /// <summary>The column that remembers it.</summary>
    public string Column => Kind == AlertKind.Start ? nameof(DevisRow.StartNotifiedFor) : nameof(DevisRow.EndNotifiedFor);

    /// <summary>How the audit log names it.</summary>
    public string Target => $"devis/{Devis.Number} {(Kind == AlertKind.Start ? "start" : "end")} {DevisRow.Text(Date)}";
}

internal enum AlertKind
{
    /// <summary>On the day a quote's work starts.</summary>
    Start,

    /// <summary>On the day it is due.</summary>
    End,
}
