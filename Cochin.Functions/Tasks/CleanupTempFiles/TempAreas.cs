namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>The setting of the clean-up.</summary>
internal sealed record TempSettings
{
    public TempAreas Areas { get; init; } = TempAreas.Default;
}

/// <summary>A list of temporary areas: folders of the backup container that may be cleaned, none of them in or around another or the backups.</summary>
internal sealed record TempAreas
{
    // Where the backups are.
    private const string Backups = "storage";
    private const int Longest = 200;
    private const string Refused = "\\*?\"<>|";

    private readonly string text;

    private TempAreas(IEnumerable<string> names) => text = string.Join(' ', names.Select(name => name + "/"));

    public static TempAreas Default { get; } = new(["temp", "restore_temp", "uploads"]);

    /// <summary>Their paths without a slash at the end, in the order in which they are cleaned.</summary>
    public IReadOnlyList<string> Names => [.. text.Split(' ').Select(name => name[..^1])];

    /// <summary>Reads a list that is separated by spaces, commas or semicolons; a slash at the end of a name is optional.</summary>
    /// <returns>The areas, or what is wrong with them, as a sentence.</returns>
    public static (TempAreas? Areas, string? Problem) Read(string text)
    {
        var names = text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name => name.EndsWith('/') ? name[..^1] : name)
            .ToList();
        if (names.Count == 0)
        {
            return (null, "It names no area.");
        }

        var problem = names.Select(Problem).FirstOrDefault(problem => problem is not null)
            ?? names.Index().SelectMany(one => names.Take(one.Index).Select(before => Problem(before, one.Item))).FirstOrDefault(problem => problem is not null);
        return problem is null ? (new TempAreas(names), null) : (null, problem);
    }

    /// <summary>Reads a list into a record.</summary>
    public static (T? Record, string? Problem) Read<T>(string text, Func<TempAreas, T> set)
        where T : class
    {
        var (areas, problem) = Read(text);
        return areas is null ? (null, problem) : (set(areas), null);
    }

    /// <summary>Why a run can't be restricted to some areas, as a sentence: one is none of these. Null if it can.</summary>
    public string? WhyNot(TempAreas? some) =>
        some?.Names.FirstOrDefault(name => !Names.Contains(name)) is { } unknown
            ? $"{Quoted.Of(unknown + "/")} is not one of the temporary areas ({this}), which Cochin__Temp__Areas names."
            : null;

    /// <summary>As it is written in the settings; also the mark by which a checkpoint knows whether it is of the same areas.</summary>
    public override string ToString() => text;

    private static string? Problem(string name) =>
        name.Length > Longest || name.Any(letter => Refused.Contains(letter) || char.IsControl(letter)) || name.Split('/').Any(part => part is "" or "." or "..")
            ? $"{Quoted.Of(name + "/")} is not the path of a folder."
            : Overlap(name.ToLowerInvariant(), Backups) ? $"{Quoted.Of(name + "/")} can't be a temporary area, because the backups are in {Backups}/."
            : null;

    private static string? Problem(string one, string other) =>
        one == other ? $"{Quoted.Of(one + "/")} is named twice."
        : Overlap(one, other) ? $"Of {Quoted.Of(one + "/")} and {Quoted.Of(other + "/")} one lies in the other."
        : null;

    private static bool Overlap(string one, string other) =>
        $"{one}/".StartsWith($"{other}/", StringComparison.Ordinal) || $"{other}/".StartsWith($"{one}/", StringComparison.Ordinal);
}
