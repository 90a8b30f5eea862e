namespace Cochin.Functions.Storage;

/// <summary>
/// The maximum age of the newest completed backup in the settings. It overrides the frequency of a configuration, and that of the most frequent type if it
/// has several.
/// </summary>
/// <param name="General"><c>Cochin__Backups__ExpectedHours</c>; zero if it is not set.</param>
/// <param name="ByName"><c>Cochin__Backups__Expected__{configuration}</c>; zero to expect nothing.</param>
internal sealed record ExpectedAges(TimeSpan General, IReadOnlyDictionary<string, TimeSpan> ByName)
{
    /// <returns>The shortest age of all types; zero if no backup is expected.</returns>
    public TimeSpan Of(string configuration, BackupConfigurations configurations) =>
        ByType(configuration, configurations).Select(expected => expected.MaxAge).Where(age => age > TimeSpan.Zero).DefaultIfEmpty().Min();

    /// <returns>The types of a configuration, at least one, each with the maximum age of its newest backup; zero if none is expected.</returns>
    public IReadOnlyList<(string? Type, TimeSpan MaxAge)> ByType(string configuration, BackupConfigurations configurations)
    {
        IReadOnlyList<ExpectedBackup> expected = configurations.Find(configuration)?.Expected ?? [default];
        if (Set(configuration) is not { } set)
        {
            return [.. expected.Select(one => (one.Type, one.MaxAge ?? TimeSpan.Zero))];
        }

        var shortest = expected.Min(one => one.MaxAge);
        return [.. expected.Select(one => (one.Type, set == TimeSpan.Zero ? set : WithSetting(one.MaxAge)))];

        // The setting replaces the shortest age. A type that is made less often, or only by hand, is not expected more often because of it.
        TimeSpan WithSetting(TimeSpan? own) => own == shortest ? set : own > set ? own.Value : own is null ? TimeSpan.Zero : set;
    }

    /// <summary>Whether it is unknown if backups are expected: the frequency can't be read, and there is no setting.</summary>
    public bool IsUnreadable(string configuration, BackupConfigurations configurations) =>
        Set(configuration) is null && configurations.Find(configuration) is { IsExpectationUnreadable: true };

    /// <summary>
    /// The age in the settings for a configuration of this name, otherwise of a similar one (<see cref="BackupConfigurations.Find"/>): an environment
    /// variable can't contain a space. Null if there is none.
    /// </summary>
    public TimeSpan? ForName(string configuration)
    {
        if (ByName.TryGetValue(configuration, out var age))
        {
            return age;
        }

        var name = BackupConfigurations.SimilarName(configuration);
        List<TimeSpan> similar = [.. ByName.Where(expected => BackupConfigurations.SimilarName(expected.Key) == name).Select(expected => expected.Value)];
        return similar.Count == 0 ? null : similar.Where(expected => expected > TimeSpan.Zero).DefaultIfEmpty().Min();
    }

    private TimeSpan? Set(string configuration) => ForName(configuration) ?? (General > TimeSpan.Zero ? General : null);
}
