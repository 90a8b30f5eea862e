namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>How many backups of a configuration are kept. A rule that is null is not set; a rule that is 0 keeps nothing.</summary>
/// <param name="Last">The number of newest backups.</param>
/// <param name="Daily">The number of last days with a backup, of each of which the newest is kept. The other periods work the same way.</param>
/// <param name="WithinDays">The age in days up to which all backups are kept.</param>
internal sealed record KeepRules(int? Last = null, int? Daily = null, int? Weekly = null, int? Monthly = null, int? Yearly = null, long? WithinDays = null)
{
    private const int Max = 10_000;
    private const int MaxDays = 36_500;

    /// <summary>Whether no rule keeps anything.</summary>
    public bool IsEmpty => !Array.Exists(All, rule => rule.Value > 0);

    private (string Name, long? Value)[] All =>
    [
        ("last", Last), ("daily", Daily), ("weekly", Weekly), ("monthly", Monthly), ("yearly", Yearly), ("within days", WithinDays),
    ];

    /// <summary>The rules as text, e.g. <c>last 3, daily 7</c>.</summary>
    public string Describe() => IsEmpty ? "no rule" : string.Join(", ", All.Where(rule => rule.Value > 0).Select(rule => $"{rule.Name} {rule.Value}"));

    /// <summary>These rules. Rules that are not set are taken from the other ones.</summary>
    public KeepRules Or(KeepRules other) => new(
        Last ?? other.Last, Daily ?? other.Daily, Weekly ?? other.Weekly, Monthly ?? other.Monthly, Yearly ?? other.Yearly, WithinDays ?? other.WithinDays);

    /// <summary>The options or settings for the rules of a record.</summary>
    /// <param name="name">Returns the name of an option or setting, given the words of a rule.</param>
    public static IReadOnlyList<Parameter> Parameters<T>(Func<string[], string> name, Func<T, KeepRules> get, Func<T, KeepRules, T> set)
        where T : class, new()
    {
        return
        [
            Rule("backups", Max, ["keep", "last"], "Keep the newest backups", (keep, number) => keep with { Last = number }),
            Rule(
                "days",
                Max,
                ["keep", "daily"],
                "Keep the newest backup of each of the last days that have one",
                (keep, number) => keep with { Daily = number }),
            Rule("weeks", Max, ["keep", "weekly"], "The same for weeks, which begin on Monday", (keep, number) => keep with { Weekly = number }),
            Rule("months", Max, ["keep", "monthly"], "The same for months", (keep, number) => keep with { Monthly = number }),
            Rule("years", Max, ["keep", "yearly"], "The same for years", (keep, number) => keep with { Yearly = number }),
            Rule("days", MaxDays, ["keep", "within", "days"], "Keep all backups that are younger", (keep, number) => keep with { WithinDays = number }),
        ];

        Parameter Rule(string unit, int max, string[] words, string help, Func<KeepRules, int, KeepRules> with) =>
            Parameter.Integer<T>(name(words), help, unit, 0, max, get: null, (record, number) => set(record, with(get(record), number)));
    }
}
