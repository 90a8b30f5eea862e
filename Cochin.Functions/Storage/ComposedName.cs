using System.Text;

namespace Cochin.Functions.Storage;

/// <summary>
/// Names with their accents in composed form (Unicode NFC). Systems write accents in different forms, so two programs may name one file or blob with
/// names that differ only in this.
/// </summary>
internal static class ComposedName
{
    public static string Of(string name)
    {
        try
        {
            return Ascii.IsValid(name) || name.IsNormalized() ? name : name.Normalize();
        }
        catch (ArgumentException)
        {
            return name; // An unpaired surrogate can't be normalized.
        }
    }
}
