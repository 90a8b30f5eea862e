namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>How many backups of a configuration are kept. A rule that is null is not set; one that is 0 keeps nothing.</summary>
/// <param name="Last">The newest ones.</param>
/// <param name="Daily">The newest of each of the last days that have one; the others likewise.</param>
/// <param name="WithinDays">All that are younger than this many days.</param>
internal sealed record KeepRules(int? Last = null, int? Daily = null, int? Weekly = null, int? Monthly = null, int? Yearly = null, long? WithinDays = null)
{
    private const int Most = 10_000;
    private const int MostDays = 36_500;

    /// <summary>Whether no rule keeps anything.</summary>
    public bool IsEmpty => !Array.Exists(All, rule => rule.Value > 0);

    private (string Name, long? Value)[] All =>
    [
        ("last", Last), ("daily", Daily), ("weekly", Weekly), ("monthly", Monthly), ("yearly", Yearly), ("within days", WithinDays),
    ];

    /// <summary>The rules as text, e.g. <c>last 3, daily 7</c>.</summary>
    public string Describe() => IsEmpty ? "no rule" : string.Join(", ", All.Where(rule => rule.Value > 0).Select(rule => $"{rule.Name} {rule.Value}"));

    /// <summary>These rules, and for each that is not set the other one.</summary>
    public KeepRules Or(KeepRules other) => new(
        Last ?? other.Last, Daily ?? other.Daily, Weekly ?? other.Weekly, Monthly ?? other.Monthly, Yearly ?? other.Yearly, WithinDays ?? other.WithinDays);

    /// <summary>The options or settings that set the rules of a record.</summary>
    /// <param name="name">Returns the name of an option or setting, given the words of a rule.</param>
    public static IReadOnlyList<Parameter> Parameters<T>(Func<string[], string> name, Func<T, KeepRules> get, Func<T, KeepRules, T> set)
        where T : class, new()
    {
        return
        [
            Rule("backups", Most, ["keep", "last"], "Keep the newest ones", (keep, number) => keep with { Last = number }),
            Rule("days", Most, ["keep", "daily"], "Keep the newest of each of the last days that have one", (keep, number) => keep with { Daily = number }),
            Rule("weeks", Most, ["keep", "weekly"], "The same for weeks, which begin on Monday", (keep, number) => keep with { Weekly = number }),
            Rule("months", Most, ["keep", "monthly"], "The same for months", (keep, number) => keep with { Monthly = number }),
            Rule("years", Most, ["keep", "yearly"], "The same for years", (keep, number) => keep with { Yearly = number }),
            Rule("days", MostDays, ["keep", "within", "days"], "Keep all that are younger", (keep, number) => keep with { WithinDays = number }),
        ];

        Parameter Rule(string unit, int most, string[] words, string help, Func<KeepRules, int, KeepRules> with) =>
            Parameter.Integer<T>(name(words), help, unit, 0, most, get: null, (record, number) => set(record, with(get(record), number)));
    }
}
