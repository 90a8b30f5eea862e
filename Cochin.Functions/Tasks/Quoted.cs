namespace Cochin.Functions.Tasks;

/// <summary>Quotes user input in messages. A value that looks like a secret is not repeated, as it may have been entered in the wrong place.</summary>
internal static class Quoted
{
    // Keys, tokens and signatures are longer than this; numbers and names of time zones are not.
    private const int MaxLength = 30;

    /// <summary>Returns the value in quotation marks, or only its length.</summary>
    public static string Of(string value) => IsHarmless(value) ? $"'{value}'" : $"The value (with {value.Length} characters)";

    /// <summary>Whether a value may be repeated.</summary>
    public static bool IsHarmless(string value) =>
        value.Length <= MaxLength && !value.Contains('=', StringComparison.Ordinal) && !value.Contains("://", StringComparison.Ordinal);
}
