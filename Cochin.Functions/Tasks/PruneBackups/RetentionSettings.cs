using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>Which backups are kept: <c>Cochin__Retention__…</c>.</summary>
internal sealed record RetentionSettings
{
    private const string Prefix = "Cochin__Retention__";

    public KeepRules Keep { get; init; } = new();

    /// <summary>Whether each configuration's <c>RetentionDays</c> is a rule for its backups, in addition to the others.</summary>
    public bool FromConfigurations { get; init; }

    /// <summary>Days, weeks, months and years are counted in this zone.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    public static IReadOnlyList<Parameter> Parameters { get; } =
    [
        .. KeepRules.Parameters<RetentionSettings>(
            words => Prefix + string.Concat(words.Select(word => char.ToUpperInvariant(word[0]) + word[1..])),
            settings => settings.Keep,
            (settings, keep) => settings with { Keep = keep }),
        Parameter.Flag<RetentionSettings>(
            Prefix + "FromConfigurations", "Use the RetentionDays of each configuration", (settings, flag) => settings with { FromConfigurations = flag }),
    ];

    /// <summary>Whether any rule is set, in the settings or the options of a run.</summary>
    public bool HasPolicy(PruneBackupsOptions options) => FromConfigurations || !options.Keep.Or(Keep).IsEmpty;

    /// <summary>The rules of a configuration.</summary>
    /// <returns>Null if its <c>RetentionDays</c> can't be read: then more backups may have to be kept.</returns>
    public KeepRules? RulesOf(string name, BackupConfigurations configurations, PruneBackupsOptions options)
    {
        var general = options.Keep.Or(Keep);
        var configuration = configurations.Find(name);
        if (!FromConfigurations || configuration is null)
        {
            return general;
        }

        // A configuration with a similar name may be another one, so it can keep more backups but not be the only rule.
        return configuration.IsRetentionUnreadable ? null
            : general.IsEmpty && configuration.Name != name ? general
            : general with { WithinDays = Math.Max(general.WithinDays ?? 0, configuration.RetentionDays ?? 0) };
    }
}
