using System.Globalization;

namespace Cochin.Functions.Tasks;

/// <summary>How an option is used, and where it can be set.</summary>
internal enum ParameterUse
{
    /// <summary>A value of the task, set on the command line or for a job.</summary>
    Value,

    /// <summary>A value that can only be set on the command line.</summary>
    CommandLineOnly,

    /// <summary>Skips the confirmation prompt. Jobs have no prompt; they accept the option and ignore it.</summary>
    Confirmation,

    /// <summary>An alias of <c>--dry-run</c>.</summary>
    DryRun,
}

/// <summary>
/// An option or a setting of a task: its name, its valid values, and how it is applied. The command line, its help, the options of jobs
/// and the settings all use it, so limits and messages are the same everywhere.
/// </summary>
internal sealed record Parameter
{
    private const string Decimals = "Use a point for decimals.";
    private const string Digits = "Use digits only.";

    private Parameter(string name, string help, string expected, string hint, Func<object, string, (object? Record, string? Problem)> read) =>
        (Name, Help, Expected, Hint, this.read) = (name, help, expected, hint, read);

    private readonly Func<object, string, (object? Record, string? Problem)> read;

    /// <summary>An option without its leading hyphens (<c>age-hours</c>), or a setting as an environment variable (<c>Cochin__Temp__Areas</c>).</summary>
    public string Name { get; }

    public string Help { get; }

    /// <summary>The valid values, e.g. <c>a number of hours from 0 to 24</c>.</summary>
    public string Expected { get; }

    /// <summary>How to correct an invalid value.</summary>
    public string Hint { get; }

    /// <summary>The placeholder of the value in the help; null for a flag.</summary>
    public string? Placeholder { get; private init; }

    /// <summary>The default value as text; null if the help shows none.</summary>
    public string? Default { get; private init; }

    public ParameterUse Use { get; init; }

    /// <summary>The other option that sets the same value; only one of the two may be used.</summary>
    public string? ConflictsWith { get; init; }

    /// <summary>Checks the options against the settings of the tasks. Returns the problem as a sentence, or null.</summary>
    public Func<TaskOptions, TaskSettings, string?>? Check { get; init; }

    public bool IsFlag => Placeholder is null;

    /// <summary>Parses a text and sets the value in a record.</summary>
    /// <param name="problem">The problem as a sentence if the text is invalid; otherwise null.</param>
    /// <returns>The record with the value; unchanged if the text is invalid.</returns>
    public T Read<T>(T record, string text, out string? problem)
        where T : class
    {
        var (changed, why) = read(record, text);
        problem = changed is null ? why ?? $"{Quoted.Of(text)} is not {Expected}." : null;
        return (T?)changed ?? record;
    }

    /// <summary>Whether a name in the settings means this option, ignoring case, hyphens and underscores.</summary>
    public bool IsNamed(string name) => string.Equals(Normalize(name), Normalize(Name), StringComparison.OrdinalIgnoreCase);

    public static Parameter Number<T>(string name, string help, string unit, double min, double max, Func<T, double>? get, Func<T, double, T> set)
        where T : class, new() =>
        new(name, help, Range("a number", unit, min, max), Decimals, (record, text) =>
        {
            var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
            return (isNumber && number >= min && number <= max ? set((T)record, number) : null, null);
        })
        {
            Placeholder = "N",
            Default = get?.Invoke(new T()).ToString(CultureInfo.InvariantCulture),
        };

    public static Parameter Integer<T>(string name, string help, string unit, int min, int max, Func<T, int>? get, Func<T, int, T> set)
        where T : class, new() =>
        new(name, help, Range("a whole number", unit, min, max), Digits, (record, text) =>
        {
            var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            return (isNumber && number >= min && number <= max ? set((T)record, number) : null, null);
        })
        {
            Placeholder = "N",
            Default = get?.Invoke(new T()).ToString(CultureInfo.InvariantCulture),
        };

    public static Parameter Flag<T>(string name, string help, Func<T, bool, T> set)
        where T : class =>
        new(name, help, "true or false", "Set it to true or false.", (record, text) => (bool.TryParse(text, out var flag) ? set((T)record, flag) : null, null));

    /// <param name="what">What the text is, e.g. <c>the id of an operation</c>.</param>
    public static Parameter Text<T>(string name, string help, string placeholder, string what, int maxLength, Func<T, string, T> set)
        where T : class =>
        new(name, help, $"{what}, of 1 to {maxLength} characters", "Correct it or leave it out.", (record, text) => (
            !string.IsNullOrWhiteSpace(text) && text.Length <= maxLength ? set((T)record, text) : null, null))
        {
            Placeholder = placeholder,
        };

    /// <summary>A parameter with its own parser.</summary>
    /// <param name="set">Returns the record with the value, or the problem as a sentence.</param>
    public static Parameter Other<T>(
        string name,
        string help,
        string placeholder,
        string expected,
        string hint,
        Func<T, string, (T? Record, string? Problem)> set)
        where T : class =>
        new(name, help, expected, hint, (record, text) => set((T)record, text)) { Placeholder = placeholder };

    /// <summary>A flag that skips the confirmation prompt.</summary>
    public static Parameter Confirmation(string name, string help) =>
        Flag<TaskOptions>(name, help, (options, _) => options) with { Use = ParameterUse.Confirmation };

    /// <summary>A flag that turns the run into a dry run.</summary>
    public static Parameter DryRun(string name, string help) =>
        Flag<TaskOptions>(name, help, (options, flag) => options with { DryRun = options.DryRun || flag }) with { Use = ParameterUse.DryRun };

    private static string Normalize(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);

    private static string Range(string number, string unit, double min, double max) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} of {unit} from {min} to {max}");
}
