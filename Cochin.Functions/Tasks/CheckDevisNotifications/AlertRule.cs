using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>Decides which alerts of a quote are due. Depends only on the row and the date.</summary>
internal sealed class AlertRule(DateOnly today, int catchUpDays, bool force)
{
    /// <summary>The current date.</summary>
    public DateOnly Today { get; } = today;

    /// <summary>Evaluates one date of an active quote.</summary>
    /// <param name="alert">The alert if it is due; otherwise null.</param>
    public AlertVerdict Evaluate(DevisRow devis, AlertKind kind, out Alert? alert)
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

        // Each kind stores its own date, because both may be the same day. A changed date is announced again.
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

/// <summary>The result for one date of a quote.</summary>
internal enum AlertVerdict
{
    /// <summary>There is no date, or it is in the future.</summary>
    None,

    Due,

    AlreadySent,

    /// <summary>The alert was not sent, and it is now too late.</summary>
    Expired,

    /// <summary>The date can't be read.</summary>
    Unreadable,

    /// <summary>The column with the date of the last alert can't be read, so it is not known whether the alert was sent.</summary>
    Unknown,
}
