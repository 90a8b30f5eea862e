using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>The ids of operations, to find them in the names of units.</summary>
internal sealed class OperationIds
{
    private const char Separator = '_';

    private readonly HashSet<string> ids = new(NormalizedName.Comparer);
    private int maxParts;

    public void Add(string id)
    {
        if (id.Length > 0)
        {
            var text = WithOneSeparator(NormalizedName.Of(id));
            ids.Add(text);
            maxParts = Math.Max(maxParts, text.Count(Separator) + 1);
        }
    }

    /// <summary>Whether a name contains an id as a sequence of whole parts.</summary>
    /// <param name="name">A normalized name.</param>
    public bool AreIn(string name)
    {
        var text = WithOneSeparator(name);
        var known = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var start = 0; start >= 0; start = NextPart(text, start))
        {
            var end = start - 1;
            for (var parts = 1; parts <= maxParts && end < text.Length; parts++)
            {
                end = EndOfPart(text, end + 1);
                if (known.Contains(text.AsSpan(start..end)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static int EndOfPart(string text, int start) => text.IndexOf(Separator, start) is >= 0 and var end ? end : text.Length;

    private static int NextPart(string text, int start) => text.IndexOf(Separator, start) is >= 0 and var end ? end + 1 : -1;

    // Keys and unit names contain a slash only if it was encoded.
    private static string WithOneSeparator(string name) => name.Replace('-', Separator).Replace('.', Separator).Replace('/', Separator);
}
