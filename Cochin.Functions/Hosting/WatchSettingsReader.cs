using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Hosting;

/// <summary>Reads the settings for watching jobs and backups.</summary>
internal static class WatchSettingsReader
{
    private const string DigestKey = "Cochin:Watch:DigestSchedule";
    private const string ExpectedKey = "Cochin:Backups:Expected";
    private const string DefaultDigest = "0 0 9 * * 1";
    private const double MaxHours = 87_600;

    public static WatchSettings Read(SettingValues values, TimeZoneInfo timeZone) => new()
    {
        Reminder = TimeSpan.FromHours(values.Number("Cochin:Watch:ReminderHours", 24, 0.1, MaxHours)),
        Digest = ReadDigest(values, timeZone),
        BackupsExpected = TimeSpan.FromHours(values.Number("Cochin:Backups:ExpectedHours", 0, 0, MaxHours)),
        BackupsExpectedOf = values.Children(ExpectedKey).ToDictionary(
            configuration => configuration,
            configuration => TimeSpan.FromHours(values.Number($"{ExpectedKey}:{configuration}", 0, 0, MaxHours))),
    };

    private static JobSchedule? ReadDigest(SettingValues values, TimeZoneInfo timeZone)
    {
        var text = values.Text(DigestKey) ?? DefaultDigest;
        if (text.Equals("off", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (!JobSchedule.TryParse(text, timeZone, out var schedule, out var problem))
        {
            values.Add(
                DigestKey,
                Quoted.IsHarmless(text) ? problem + "." : "It is not a schedule.",
                "Use six fields: second minute hour day month weekday, e.g. '0 0 9 * * 1' for Monday at 09:00, or off.");
        }

        return schedule;
    }
}
