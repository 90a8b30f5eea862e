using System.Globalization;
using Cochin.Functions.Hosting.Telemetry;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>All settings of the program, validated when they are read.</summary>
internal sealed record CochinSettings
{
    /// <summary>The storage connection; null if none is configured.</summary>
    public required StorageConnection? Connection { get; init; }

    public required StorageNames Names { get; init; }

    public required TimeZoneInfo TimeZone { get; init; }

    public required JobCatalog Jobs { get; init; }

    public required DiscordSettings Discord { get; init; }

    public required TaskSettings Tasks { get; init; }

    public required RunHistoryOptions History { get; init; }

    /// <summary>The configured limits. A worker also stops before its host's limit (<see cref="FunctionTimeout"/>).</summary>
    public required RunLimits Limits { get; init; }

    public required WatchSettings Watch { get; init; }

    /// <summary>Settings of the Functions host that affect the program.</summary>
    public required HostSettings Host { get; init; }

    public required TelemetrySettings Telemetry { get; init; }

    /// <param name="needsStorage">Whether a missing storage connection is a problem. True for the worker, which has no embedded storage.</param>
    /// <exception cref="SettingsException">The settings are invalid; the exception lists all problems.</exception>
    public static CochinSettings Read(IConfiguration configuration, bool needsStorage = false)
    {
        var values = new SettingValues(configuration);
        CloudSettings.Check(configuration, values);
        var timeZone = ReadTimeZone(values);
        var described = TaskCatalog.All.Select(task => task.Settings).OfType<TaskSettingsDescription>();
        var tasks = new TaskSettings([.. described.Select(task => ReadTask(task, values, timeZone))]);
        var discord = ReadDiscord(values) with { TimeZone = timeZone };
        var missingChannel = discord.WebhookUrl is null ? DiscordSettings.WebhookSetting : null;
        var jobs = new JobSettings(values, timeZone, TaskCatalog.All, tasks, missingChannel).Read();
        var settings = new CochinSettings
        {
            Connection = StorageSettings.Read(values, needsStorage),
            Names = StorageSettings.ReadNames(values),
            TimeZone = timeZone,
            Jobs = jobs,
            Discord = discord,
            Tasks = tasks,
            History = new RunHistoryOptions { Retention = TimeSpan.FromDays(values.Number("Cochin:History:Days", 90, 1, 36_500)) },
            Limits = new RunLimits(values.OptionalNumber("Cochin:Runs:LimitMinutes", 0.01, 1_440) is { } minutes ? TimeSpan.FromMinutes(minutes) : null),
            Watch = WatchSettingsReader.Read(values, timeZone),
            Host = HostSettings.Read(
                configuration,
                [
                    .. TaskCatalog.All.Where(task => !task.NeedsThisMachine).SelectMany(task => task.Jobs).Select(job => job.Name), "jobs", "watch",
                ]),
            Telemetry = TelemetrySettings.Read(values),
        };

        values.AddUnread();
        return values.Problems.Count == 0 ? settings : throw new SettingsException(values.Problems);
    }

    private static TimeZoneInfo ReadTimeZone(SettingValues values)
    {
        const string Key = "Cochin:TimeZone";
        var name = values.Text(Key) ?? "Europe/Paris";
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var timeZone))
        {
            return timeZone;
        }

        values.Add(
            Key,
            $"{Quoted.Of(name)} is not a time zone known on this machine.",
            "Use an IANA name such as Europe/Paris; on Linux, the package tzdata provides the names.");
        return TimeZoneInfo.Utc;
    }

    private static DiscordSettings ReadDiscord(SettingValues values)
    {
        var fallback = new DiscordSettings();
        var anyHost = values.Flag("Cochin:Discord:AllowAnyHost", fallback: false);
        var url = values.Text("Cochin:Discord:WebhookUrl");
        if (url is not null && DiscordSettings.WebhookProblem(url, anyHost) is { } problem)
        {
            values.Add(
                "Cochin:Discord:WebhookUrl",
                problem,
                "Copy it from the channel's settings: https://discord.com/api/webhooks/ID/TOKEN; for another host set Cochin__Discord__AllowAnyHost=true.");
            url = null;
        }

        return fallback with
        {
            WebhookUrl = url is null ? null : new Uri(url),
            AllowAnyHost = anyHost,
            TimeoutSeconds = values.Integer("Cochin:Discord:TimeoutSeconds", fallback.TimeoutSeconds, 1, 100),
            MaxAttempts = values.Integer("Cochin:Discord:MaxAttempts", fallback.MaxAttempts, 1, 10),
            Culture = ReadCulture(values, fallback.Culture),
        };
    }

    private static CultureInfo ReadCulture(SettingValues values, CultureInfo fallback)
    {
        const string Key = "Cochin:Discord:Culture";
        if (values.Text(Key) is not { } name)
        {
            return fallback;
        }

        const string Hint = "Messages are in French or English: use fr-FR, en-GB, or another culture of these languages such as fr-BE or en-US.";
        try
        {
            var culture = CultureInfo.GetCultureInfo(name, predefinedOnly: true);
            if (Phrases.Languages.Contains(culture.TwoLetterISOLanguageName))
            {
                return culture;
            }

            values.Add(Key, $"There are no messages in the language of {Quoted.Of(name)}.", Hint);
        }
        catch (CultureNotFoundException)
        {
            values.Add(Key, $"{Quoted.Of(name)} is not a known culture.", Hint);
        }

        return fallback;
    }

    private static object ReadTask(TaskSettingsDescription task, SettingValues values, TimeZoneInfo timeZone)
    {
        var settings = task.Defaults(timeZone);
        foreach (var parameter in task.Parameters)
        {
            var key = parameter.Name.Replace("__", ":", StringComparison.Ordinal);
            if (values.Text(key) is { } text)
            {
                settings = parameter.Read(settings, text, out var problem);
                if (problem is not null)
                {
                    values.Add(key, problem, parameter.Hint);
                }
            }
        }

        return settings;
    }
}
