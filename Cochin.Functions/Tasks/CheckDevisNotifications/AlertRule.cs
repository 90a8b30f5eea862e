using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>Decides which alerts a quote needs, on nothing but its row and the day.</summary>
internal sealed class AlertRule(DateOnly today, int catchUpDays, bool force)
{
    /// <summary>The day on which the rule judges.</summary>
    public DateOnly Today { get; } = today;

    /// <summary>What an active quote's date of this kind asks for.</summary>
    /// <param name="alert">The alert, where it is due.</param>
    public AlertVerdict Judge(DevisRow devis, AlertKind kind, out Alert? alert)
    {
        alert = null;
        var (written, announced) = kind == AlertKind.Start
            ? (devis.DateDebut, devis.StartNotifiedFor)
            : (devis.DateRendu, devis.EndNotifiedFor);
        if (!DevisRow.TryReadDate(written, out var read))
        {
            return AlertVerdict.Unreadable;
        }

        if (read is not { } date || date > Today)
        {
            return AlertVerdict.None;
        }

        // Each kind remembers its own date: both may fall on one day, and a changed date is announced again.
        var isAnnounced = announced == DevisRow.Text(date);
        var daysLate = Today.DayNumber - date.DayNumber;
        if (daysLate > catchUpDays)
        {
            return isAnnounced ? AlertVerdict.AlreadySent : AlertVerdict.Expired;
        }

        if (isAnnounced && !force)
        {
            return AlertVerdict.AlreadySent;
        }

        if (!force && !DevisRow.TryReadDate(announced, out _))
        {
            return AlertVerdict.Unknown;
        }

        alert = new Alert(devis, kind, date, daysLate);
        return AlertVerdict.Due;
    }
}

/// <summary>What one date of a quote asks for.</summary>
internal enum AlertVerdict
{
    /// <summary>There is no date, or it is to come.</summary>
    None,

    Due,

    AlreadySent,

    /// <summary>It was not announced, and it is too late to do so.</summary>
    Expired,

    /// <summary>The date can't be read.</summary>
    Unreadable,

    /// <summary>The column that remembers the alert can't be read, so it is unknown whether it was sent.</summary>
    Unknown,
}
