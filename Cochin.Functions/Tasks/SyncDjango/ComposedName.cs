using System.Text;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>
/// Names with their accents in composed form (Unicode NFC). Systems write accents in different forms, so the database may name a file whose name on
/// the disk, and so that of its blob, differs only in this.
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
