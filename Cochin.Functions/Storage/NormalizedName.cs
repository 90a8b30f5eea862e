using System.Text;

namespace Cochin.Functions.Storage;

/// <summary>
/// Names in one form, for comparing what different programs wrote: percent-encoding is undone, accents are composed, outer spaces are
/// dropped. Only for deciding that something is kept: different names may have the same form.
/// </summary>
internal static class NormalizedName
{
    /// <summary>Compares names in that form: case makes no difference.</summary>
    public static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    public static string Of(string name)
    {
        if (IsPlain(name))
        {
            return name;
        }

        var form = name.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(name) : name;
        try
        {
            form = form.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair has no other form.
        }

        return form.Trim() is { Length: > 0 } trimmed ? trimmed : name;
    }

    private static bool IsPlain(string name) =>
        name.Length == 0
        || (Ascii.IsValid(name) && !name.Contains('%', StringComparison.Ordinal) && !char.IsWhiteSpace(name[0]) && !char.IsWhiteSpace(name[^1]));
}
