using System.Text;

namespace Cochin.Functions.Storage;

/// <summary>
/// Normalizes names written by different programs, for comparison: decodes percent-encoding, composes accents and trims spaces. Different
/// names may become equal, so use it only to decide that something is kept.
/// </summary>
internal static class NormalizedName
{
    /// <summary>Compares normalized names, ignoring case.</summary>
    public static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    public static string Of(string name)
    {
        if (IsPlain(name))
        {
            return name;
        }

        var form = ComposedName.Of(name.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(name) : name);
        return form.Trim() is { Length: > 0 } trimmed ? trimmed : name;
    }

    private static bool IsPlain(string name) =>
        name.Length == 0
        || (Ascii.IsValid(name) && !name.Contains('%', StringComparison.Ordinal) && !char.IsWhiteSpace(name[0]) && !char.IsWhiteSpace(name[^1]));
}
