namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>Describes the quote alerts.</summary>
internal static class CheckDevisNotificationsDescription
{
    public const string Name = "check_devis_notifications";

    private static readonly TaskNumber StartSent = new("startSent", "start alerts sent");
    private static readonly TaskNumber EndSent = new("endSent", "payment due alerts sent");

    public static TaskDescription Value { get; } = new()
    {
        Name = Name,
        Task = typeof(CheckDevisNotificationsTask),
        Summary = "Post the alerts of quotes whose payment period starts or ends",
        Purpose = "Posts one alert on the day the payment period of a quote starts, and one on the day it ends, when the payment is due. "
            + "A missed alert is sent later and marked as late.",
        Examples = ["check_devis_notifications --dry-run", "check_devis_notifications --devis-id D-2026-014 --force"],
        Defaults = new CheckDevisNotificationsOptions(),
        Options =
        [
            Parameter.Flag<CheckDevisNotificationsOptions>(
                "force", "Send alerts again even if they were already sent", (options, flag) => options with { Force = flag }),
            Parameter.Text<CheckDevisNotificationsOptions>(
                "devis-id", "Check only this quote", "NUMBER", "the number or the row key of a quote", TaskOptions.LongestKey,
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
            new("examined", "active quotes"), StartSent, EndSent, new("late", "alerts sent late"), new("expired", "alerts too late to send"),
            new("alreadySent", "alerts sent before"), new("failed", "not delivered or not readable"),
        ],
        Digest = [new(new("Alertes envoyées", "Alerts sent"), "{0:N0}", [StartSent, EndSent])],
        Reasons = new Dictionary<string, string> { ["due"] = "today is the day", ["late"] = "its day was missed" },
        Actions = [new("notify", IsAnnounced: false)],
        Jobs = [new(Name, "0 0 8 * * *", 20, new CheckDevisNotificationsOptions())],
    };
}
