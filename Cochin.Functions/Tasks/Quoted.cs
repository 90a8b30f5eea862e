namespace Cochin.Functions.Tasks;

/// <summary>Values in messages about what was set or typed. It may be a secret in the wrong place: what looks like one is not repeated.</summary>
internal static class Quoted
{
    // Keys, tokens and signatures are longer, and so are identifiers that open something; names of zones and numbers are not.
    private const int Longest = 30;

    /// <summary>The value in quotation marks, or how long it is.</summary>
    public static string Of(string value) => IsHarmless(value) ? $"'{value}'" : $"What is set (with {value.Length} characters)";

    /// <summary>Whether a value may be repeated.</summary>
    public static bool IsHarmless(string value) =>
        value.Length <= Longest && !value.Contains('=', StringComparison.Ordinal) && !value.Contains("://", StringComparison.Ordinal);
}
