using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>What is kept of the backups: <c>Cochin__Retention__…</c>.</summary>
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

    /// <summary>Whether anything at all is set to be kept, given the options of a run.</summary>
    public bool HasPolicy(PruneBackupsOptions options) => FromConfigurations || !options.Keep.Or(Keep).IsEmpty;

    /// <summary>The rules of a configuration.</summary>
    /// <returns>Null if its <c>RetentionDays</c> can't be read, so that it may ask for more.</returns>
    public KeepRules? RulesOf(BackupConfiguration? configuration, PruneBackupsOptions options)
    {
        var general = options.Keep.Or(Keep);
        return !FromConfigurations || configuration is null ? general
            : configuration.IsRetentionUnreadable ? null
            : general with { WithinDays = Math.Max(general.WithinDays ?? 0, configuration.RetentionDays ?? 0) };
    }
}
