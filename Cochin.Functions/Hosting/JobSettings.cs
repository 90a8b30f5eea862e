using Cochin.Functions.Occurrences;
using Cochin.Functions.Running;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.Hosting;

/// <summary>The five jobs, as they are unless settings say otherwise, and those settings.</summary>
internal static class JobSettings
{
    private const string Jobs = "Cochin:Jobs";
    private const double LongestHours = 87_600;

    // Quiet-hour jobs are made up for a while only: what belongs to the night shall not run at noon.
    private static readonly (string Name, string Schedule, double CatchUpHours, TaskOptions Options)[] Defaults =
    [
        ("check_devis_notifications", "0 0 8 * * *", 20, new CheckDevisNotificationsOptions()),
        ("cleanup_temp_files", "0 0 2 * * *", 20, new CleanupTempFilesOptions { AgeHours = 24 }),
        ("cleanup_temp_files_weekend", "0 0 1 * * 6", 6, new CleanupTempFilesOptions { AgeHours = 2 }),
        ("cleanup_stuck_operations", "0 0 */6 * * *", 6, new CleanupStuckOperationsOptions { Limit = TimeSpan.FromHours(6) }),
        ("rebuild_backup_paths", "0 0 3 * * 0", 6, new RebuildBackupPathsOptions()),
    ];

    public static JobCatalog Read(SettingValues values, TimeZoneInfo timeZone)
    {
        foreach (var name in values.Children(Jobs).Where(name => !Defaults.Any(job => string.Equals(job.Name, name, StringComparison.OrdinalIgnoreCase))))
        {
            values.Add($"{Jobs}:{name}", "There is no such job.", $"The jobs are {string.Join(", ", Defaults.Select(job => job.Name))}.");
        }

        var overduePeriods = values.Number("Cochin:Watch:OverduePeriods", 2, 1, 100);
        return new JobCatalog([.. Defaults.Select(job => new JobDefinition
        {
            Name = job.Name,
            Options = ReadOptions(job.Name, job.Options, values),
            Schedule = ReadSchedule(job.Name, job.Schedule, timeZone, values),
            CatchUp = TimeSpan.FromHours(values.Number($"{Jobs}:{job.Name}:CatchUpHours", job.CatchUpHours, 0, LongestHours)),
            Enabled = values.Flag($"{Jobs}:{job.Name}:Enabled", fallback: true),
            OverduePeriods = overduePeriods,
            Ping = ReadPing(job.Name, values),
        })]);
    }

    private static JobSchedule ReadSchedule(string job, string fallback, TimeZoneInfo timeZone, SettingValues values)
    {
        var key = $"{Jobs}:{job}:Schedule";
        if (JobSchedule.TryParse(values.Text(key) ?? fallback, timeZone, out var schedule, out var problem))
        {
            return schedule;
        }

        values.Add(key, Quoted.IsHarmless(values.Text(key)!) ? problem + "." : "It is not a schedule.", "Six fields: second minute hour day month weekday, e.g. '0 0 8 * * *' for every day at 08:00.");
        return JobSchedule.TryParse(fallback, timeZone, out schedule, out problem) ? schedule : throw new InvalidOperationException(problem);
    }

    private static PingAddress? ReadPing(string job, SettingValues values)
    {
        var key = $"{Jobs}:{job}:PingUrl";
        if (values.Text(key) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp))
        {
            return new PingAddress(url);
        }

        values.Add(key, "It is not a web address.", "Copy the check's ping address, e.g. https://hc-ping.com/UUID.");
        return null;
    }

    private static TaskOptions ReadOptions(string job, TaskOptions fallback, SettingValues values)
    {
        var section = $"{Jobs}:{job}:Options";
        var options = fallback;
        if (values.Text($"{section}:Hours") is not null && values.Text($"{section}:Minutes") is not null)
        {
            values.Add($"{section}:Minutes", "Hours is set, too, and they say the same thing.", "Set one of them.");
        }

        foreach (var option in values.Children(section))
        {
            options = Apply(options, option, $"{section}:{option}", values);
        }

        if (options.Problem is { } problem)
        {
            values.Add(section, problem, "Correct the option or remove it.");
        }

        return options;
    }

    /// <summary>An option is named as on the command line; case, hyphens and underscores make no difference.</summary>
    private static TaskOptions Apply(TaskOptions options, string option, string key, SettingValues values)
    {
        var name = option.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
        switch (options, name)
        {
            case (CheckDevisNotificationsOptions devis, "FORCE"):
                return devis with { Force = values.Flag(key, devis.Force) };
            case (CheckDevisNotificationsOptions devis, "DEVISID"):
                return devis with { DevisId = values.Text(key) };
            case (CleanupTempFilesOptions files, "AGEHOURS"):
                return files with { AgeHours = values.Number(key, files.AgeHours, 0, LongestHours) };
            case (CleanupStuckOperationsOptions stuck, "HOURS"):
                return stuck with { Limit = TimeSpan.FromHours(values.Number(key, stuck.Limit.TotalHours, 0, LongestHours)) };
            case (CleanupStuckOperationsOptions stuck, "MINUTES"):
                return stuck with { Limit = TimeSpan.FromMinutes(values.Number(key, stuck.Limit.TotalMinutes, 0, LongestHours * 60)) };
            case (RebuildBackupPathsOptions rebuild, "USERID"):
                return rebuild with { UserId = values.Text(key) };
            case (RebuildBackupPathsOptions rebuild, "ALLOWMASSMISSING"):
                return rebuild with { AllowMassMissing = values.Flag(key, rebuild.AllowMassMissing) };
            case (CleanupTempFilesOptions, "AUTO" or "FORCE") or (CleanupStuckOperationsOptions or RebuildBackupPathsOptions, "FORCE"):
                return options; // They answer the question that is asked on a terminal; a job asks none.
            default:
                values.Add(key, $"The task {options.Task} has no option '{option}'.", $"See `./cochin {options.Task} --help`.");
                return options;
        }
    }
}
