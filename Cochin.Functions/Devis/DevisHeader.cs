namespace Cochin.Functions.Devis;

/// <summary>The columns of a file of quotes.</summary>
/// <param name="Columns">The field in each column; null in a column that is not used.</param>
/// <param name="Ignored">The names of the columns that are not used, without empty ones.</param>
internal sealed record DevisHeader(IReadOnlyList<string?> Columns, IReadOnlyList<string> Ignored)
{
    private const int MaxNamesListed = 6;
    private const int MaxNameLength = 40;

    /// <summary>The number of columns.</summary>
    public int Count => Columns.Count;

    /// <summary>The position of the amount.</summary>
    public int AmountAt { get; } = Columns.ToList().IndexOf(DevisFields.Amount);

    /// <summary>The runs of adjacent columns that can hold any text, so that only they can have separators in them.</summary>
    public IReadOnlyList<TextGroup> TextGroups { get; } = [.. FindTextGroups(Columns)];

    /// <exception cref="DevisImportException">A field is missing or occurs twice.</exception>
    public static DevisHeader Read(IReadOnlyList<string> names)
    {
        List<string?> columns = [.. names.Select(DevisFields.Find)];
        List<string> ignored = [.. names.Where((name, i) => columns[i] is null && name.Length > 0).Select(Shorten).Distinct()];
        var missing = DevisFields.All.Where(field => !columns.Contains(field)).ToList();
        var twice = columns.OfType<string>().GroupBy(field => field).FirstOrDefault(same => same.Count() > 1)?.Key;
        if (missing.Count > 0 || twice is not null)
        {
            var what = missing.Count > 0 ? $"it has no {string.Join(", no ", missing)}" : $"{twice} occurs twice";
            var further = missing.Count > 0 && ignored.Count > 0 ? $" (other columns: {List(ignored)})" : "";
            throw new DevisImportException(
                $"The first line is not the header of a quotes export: {what}{further}.",
                $"The header must have these columns (case, accents, spaces and underscores make no difference): {string.Join(", ", DevisFields.All)}");
        }

        return new DevisHeader(columns, ignored);
    }

    /// <summary>Lists names of columns for a message; a long list is cut off.</summary>
    public static string List(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MaxNamesListed).Select(name => $"'{name}'")) + (names.Count > MaxNamesListed ? ", …" : "");

    /// <summary>Shortens a name for a message.</summary>
    public static string Shorten(string name) => name.Length <= MaxNameLength ? name : $"{name[..MaxNameLength]}…";

    private static IEnumerable<TextGroup> FindTextGroups(IReadOnlyList<string?> columns)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            var first = i;
            while (i < columns.Count && (columns[i] is null or DevisFields.Agent or DevisFields.Number))
            {
                i++;
            }

            if (i > first)
            {
                var group = columns.Skip(first).Take(i - first).ToList();
                yield return new TextGroup(first, group.Count, group.Contains(DevisFields.Number) || (group.Count > 1 && group.Contains(DevisFields.Agent)));
            }
        }
    }
}

/// <summary>Adjacent columns that can hold any text.</summary>
/// <param name="IsUncertain">Whether the fields are unknown if one of the columns has a separator in it.</param>
internal sealed record TextGroup(int First, int Length, bool IsUncertain);
