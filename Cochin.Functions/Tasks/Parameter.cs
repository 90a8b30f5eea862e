using System.Globalization;

namespace Cochin.Functions.Tasks;

/// <summary>Who may give an option, and what it does.</summary>
internal enum ParameterUse
{
    /// <summary>A value of the task, typed or set for a job.</summary>
    Value,

    /// <summary>A value that only makes sense when a person types it.</summary>
    Typed,

    /// <summary>Answers the question that a person is asked; a job is not asked, and may have it without effect.</summary>
    Consent,

    /// <summary>Another name of <c>--dry-run</c>.</summary>
    DryRun,
}

/// <summary>
/// An option or a setting of a task, described once: its name, what it may be, and where the value goes. The verb, its help, the options
/// of jobs and the settings are all read with it, so that limits and messages are the same everywhere.
/// </summary>
internal sealed record Parameter
{
    private const string Decimals = "Use a point for decimals.";
    private const string Digits = "Use digits only.";

    private Parameter(string name, string help, string expected, string hint, Func<object, string, (object? Record, string? Problem)> read) =>
        (Name, Help, Expected, Hint, this.read) = (name, help, expected, hint, read);

    private readonly Func<object, string, (object? Record, string? Problem)> read;

    /// <summary>Of an option without its hyphens (<c>age-hours</c>), of a setting as in the environment (<c>Cochin__Temp__Areas</c>).</summary>
    public string Name { get; }

    public string Help { get; }

    /// <summary>What it may be, e.g. <c>a number of hours from 0 to 24</c>.</summary>
    public string Expected { get; }

    /// <summary>What to do if it is something else.</summary>
    public string Hint { get; }

    /// <summary>Stands for the value in the help; null for a flag.</summary>
    public string? Placeholder { get; private init; }

    /// <summary>What holds if it is not given; null if that goes without saying.</summary>
    public string? Default { get; private init; }

    public ParameterUse Use { get; init; }

    /// <summary>The other option that sets the same value: only one of them may be given.</summary>
    public string? ConflictsWith { get; init; }

    /// <summary>What is wrong with the options in view of the settings of the tasks, as a sentence; null if nothing is.</summary>
    public Func<TaskOptions, TaskSettings, string?>? Check { get; init; }

    public bool IsFlag => Placeholder is null;

    /// <summary>Reads a text and puts the value into a record.</summary>
    /// <param name="problem">If the text can't be used: what is wrong with it, as a sentence.</param>
    /// <returns>The record with the value; as it was if the text can't be used.</returns>
    public T Read<T>(T record, string text, out string? problem)
        where T : class
    {
        var (changed, why) = read(record, text);
        problem = changed is null ? why ?? $"{Quoted.Of(text)} is not {Expected}." : null;
        return (T?)changed ?? record;
    }

    /// <summary>Whether a name of the settings means this option: case, hyphens and underscores make no difference.</summary>
    public bool IsNamed(string name) => string.Equals(Plain(name), Plain(Name), StringComparison.OrdinalIgnoreCase);

    public static Parameter Number<T>(string name, string help, string unit, double least, double most, Func<T, double>? get, Func<T, double, T> set)
        where T : class, new() =>
        new(name, help, Range("a number", unit, least, most), Decimals, (record, text) =>
        {
            var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
            return (isNumber && number >= least && number <= most ? set((T)record, number) : null, null);
        })
        {
            Placeholder = "N",
            Default = get?.Invoke(new T()).ToString(CultureInfo.InvariantCulture),
        };

    public static Parameter Whole<T>(string name, string help, string unit, int least, int most, Func<T, int>? get, Func<T, int, T> set)
        where T : class, new() =>
        new(name, help, Range("a whole number", unit, least, most), Digits, (record, text) =>
        {
            var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            return (isNumber && number >= least && number <= most ? set((T)record, number) : null, null);
        })
        {
            Placeholder = "N",
            Default = get?.Invoke(new T()).ToString(CultureInfo.InvariantCulture),
        };

    public static Parameter Flag<T>(string name, string help, Func<T, bool, T> set)
        where T : class =>
        new(name, help, "true or false", "Set it to true or false.", (record, text) => (bool.TryParse(text, out var flag) ? set((T)record, flag) : null, null));

    /// <param name="what">What the text is, e.g. <c>the id of an operation</c>.</param>
    public static Parameter Text<T>(string name, string help, string placeholder, string what, int longest, Func<T, string, T> set)
        where T : class =>
        new(name, help, $"{what}, of 1 to {longest} characters", "Correct it or leave it out.", (record, text) => (
            !string.IsNullOrWhiteSpace(text) && text.Length <= longest ? set((T)record, text) : null, null))
        {
            Placeholder = placeholder,
        };

    /// <summary>Anything else.</summary>
    /// <param name="set">Gives the record with the value, or what is wrong with the text, as a sentence.</param>
    public static Parameter Other<T>(
        string name,
        string help,
        string placeholder,
        string expected,
        string hint,
        Func<T, string, (T? Record, string? Problem)> set)
        where T : class =>
        new(name, help, expected, hint, (record, text) => set((T)record, text)) { Placeholder = placeholder };

    /// <summary>A flag that answers the question that a person is asked.</summary>
    public static Parameter Consent(string name, string help) => Flag<TaskOptions>(name, help, (options, _) => options) with { Use = ParameterUse.Confirmation };

    /// <summary>A flag that makes the run a dry one.</summary>
    public static Parameter DryRun(string name, string help) =>
        Flag<TaskOptions>(name, help, (options, flag) => options with { DryRun = options.DryRun || flag }) with { Use = ParameterUse.DryRun };

    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);

    private static string Range(string number, string unit, double least, double most) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} of {unit} from {least} to {most}");
}
