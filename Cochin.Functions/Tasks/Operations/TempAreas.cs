namespace Cochin.Functions.Tasks.Operations;

/// <summary>The settings of the clean-up.</summary>
internal sealed record TempSettings
{
    public TempAreas Areas { get; init; } = TempAreas.Default;
}

/// <summary>A list of temporary areas: folders of the backup container that may be cleaned. None overlaps another or the backups.</summary>
internal sealed record TempAreas
{
    // The folder of the backups.
    private const string Backups = "storage";
    private const int MaxLength = 200;
    private const string InvalidCharacters = "\\*?\"<>|";

    private readonly string text;

    private TempAreas(IEnumerable<string> names) => text = string.Join(' ', names.Select(name => name + "/"));

    public static TempAreas Default { get; } = new(["temp", "restore_temp", "uploads"]);

    /// <summary>Their paths without a trailing slash, in the order in which they are cleaned.</summary>
    public IReadOnlyList<string> Names => [.. text.Split(' ').Select(name => name[..^1])];

    /// <summary>Parses a list that is separated by spaces, commas or semicolons. A trailing slash is optional.</summary>
    /// <returns>The areas, or the problem as a sentence.</returns>
    public static (TempAreas? Areas, string? Problem) Read(string text)
    {
        var names = text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name => name.EndsWith('/') ? name[..^1] : name)
            .ToList();
        if (names.Count == 0)
        {
            return (null, "The list of areas is empty.");
        }

        var problem = names.Select(Problem).FirstOrDefault(problem => problem is not null)
            ?? names.Index()
                .SelectMany(one => names.Take(one.Index).Select(before => Problem(before, one.Item)))
                .FirstOrDefault(problem => problem is not null);
        return problem is null ? (new TempAreas(names), null) : (null, problem);
    }

    /// <summary>Parses a list and sets it in a record.</summary>
    public static (T? Record, string? Problem) Read<T>(string text, Func<TempAreas, T> set)
        where T : class
    {
        var (areas, problem) = Read(text);
        return areas is null ? (null, problem) : (set(areas), null);
    }

    /// <summary>Returns a sentence about the first area that is not one of these; null if all are.</summary>
    public string? FindUnknown(TempAreas? some) =>
        some?.Names.FirstOrDefault(name => !Names.Contains(name)) is { } unknown
            ? $"{Quoted.Of(unknown + "/")} is not one of the temporary areas ({this}) in Cochin__Temp__Areas."
            : null;

    /// <summary>The list as written in the settings. Checkpoints use it to detect whether the areas have changed.</summary>
    public override string ToString() => text;

    private static string? Problem(string name) =>
        name.Length > MaxLength
            || name.Any(letter => InvalidCharacters.Contains(letter) || char.IsControl(letter))
            || name.Split('/').Any(part => part is "" or "." or "..")
            ? $"{Quoted.Of(name + "/")} is not the path of a folder."
            : Overlap(name.ToLowerInvariant(), Backups) ? $"{Quoted.Of(name + "/")} can't be a temporary area, because the backups are in {Backups}/."
            : null;

    private static string? Problem(string one, string other) =>
        one == other ? $"{Quoted.Of(one + "/")} is listed twice."
        : Overlap(one, other) ? $"{Quoted.Of(one + "/")} and {Quoted.Of(other + "/")} overlap."
        : null;

    private static bool Overlap(string one, string other) =>
        $"{one}/".StartsWith($"{other}/", StringComparison.Ordinal) || $"{other}/".StartsWith($"{one}/", StringComparison.Ordinal);
}
