namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>The quote alerts, as the rest of the program sees them.</summary>
internal static class CheckDevisNotificationsDescription
{
    public const string Name = "check_devis_notifications";

    private static readonly TaskNumber StartSent = new("startSent", "alerts of a start");
    private static readonly TaskNumber EndSent = new("endSent", "alerts of an end");

    public static TaskDescription Value { get; } = new()
    {
        Name = Name,
        Task = typeof(CheckDevisNotificationsTask),
        Summary = "Post the alerts of quotes that start or are due",
        Purpose = "Posts one alert on the day a quote's work starts and one on the day it is due; a missed day is made up, marked late.",
        Examples = ["check_devis_notifications --dry-run", "check_devis_notifications --devis-id D-2026-014 --force"],
        Defaults = new CheckDevisNotificationsOptions(),
        Options =
        [
            Parameter.Flag<CheckDevisNotificationsOptions>(
                "force", "Send again what was announced already, within the window", (options, flag) => options with { Force = flag }),
            Parameter.Text<CheckDevisNotificationsOptions>(
                "devis-id", "Look at this quote only", "NUMBER", "the number of a quote", TaskOptions.LongestKey,
                (options, id) => options with { DevisId = id }),
        ],
        Settings = new TaskSettingsDescription(
            zone => new DevisSettings { TimeZone = zone },
            [
                Parameter.Integer<DevisSettings>(
                    "Cochin__Devis__CatchUpDays", "How late an alert may still be sent", "days", 0, 366,
                    settings => settings.CatchUpDays, (settings, days) => settings with { CatchUpDays = days }),
            ]),
        NeedsChannel = true,
        Counts =
        [
            new("examined", "active quotes"), StartSent, EndSent, new("late", "of the sent ones marked late"), new("expired", "whose day is too long past"),
            new("alreadySent", "that were sent before"), new("failed", "not delivered or not readable"),
        ],
        Digest = [new(new("Alertes envoyées", "Alerts sent"), "{0:N0}", [StartSent, EndSent])],
        Reasons = new Dictionary<string, string> { ["due"] = "today is the day", ["late"] = "its day was missed" },
        Actions = [new("notify", IsAnnounced: false)],
        Jobs = [new(Name, "0 0 8 * * *", 20, new CheckDevisNotificationsOptions())],
    };
}
