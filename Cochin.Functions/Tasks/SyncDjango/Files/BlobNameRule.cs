using System.Globalization;
using System.Xml;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>Which file names a blob can have. All other characters are kept as they are.</summary>
/// <remarks>https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata</remarks>
internal static class BlobNameRule
{
    private const int MaxLength = 1_024;

    /// <returns>Why no blob can have the name, as a phrase that follows the name of the file; null if one can.</returns>
    public static string? FindProblem(string name) =>
        name.Length > MaxLength
            ? string.Create(CultureInfo.InvariantCulture, $"has a path of {name.Length} characters, and the name of a blob can have {MaxLength}; shorten it")
        : name.Contains('\\', StringComparison.Ordinal) ? "has a backslash in its path, which the storage treats as a slash; rename it"
        : name.EndsWith('.') || name.Contains("./", StringComparison.Ordinal) ? "has a dot at the end of its name or of a folder's name; rename it"
        : !IsText(name) ? "has a control character or another invalid character in its path; rename it"
        : null;

    // The listings of the storage are XML: one such name would make them unreadable.
    private static bool IsText(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (i + 1 < name.Length && XmlConvert.IsXmlSurrogatePair(name[i + 1], name[i]))
            {
                i++;
            }
            else if (!XmlConvert.IsXmlChar(name[i]))
            {
                return false;
            }
        }

        return true;
    }
}
