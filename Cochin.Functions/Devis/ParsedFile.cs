namespace Cochin.Functions.Devis;

/// <summary>The quotes in a file, and the lines that could not be read.</summary>
internal sealed record ParsedFile(IReadOnlyList<ImportedDevis> Devis, IReadOnlyList<ImportProblem> Problems)
{
    /// <summary>The line of each quote, by number.</summary>
    public IReadOnlyDictionary<string, int> Lines { get; private init; } = new Dictionary<string, int>();

    /// <summary>The names of the columns that are not used.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Validates the records. If two have the same number, the first is used and the second is reported.</summary>
    public static ParsedFile From(IEnumerable<(int Line, IReadOnlyDictionary<string, string>? Fields, string? Problem)> records)
    {
        var devis = new List<ImportedDevis>();
        var problems = new List<ImportProblem>();
        var lines = new Dictionary<string, int>();
        var all = records.ToList();

        // Excel writes all dates of a column alike, so one such date makes all dates with slashes ambiguous.
        var monthFirst = all.Select(record => record.Fields is { } fields ? ImportedDevis.FindMonthFirst(fields) : null)
            .FirstOrDefault(date => date is not null);
        foreach (var (line, fields, broken) in all)
        {
            if (fields is null)
            {
                problems.Add(new ImportProblem(line, broken ?? "it can't be read"));
            }
            else if (!ImportedDevis.TryRead(fields, monthFirst, out var one, out var problem))
            {
                problems.Add(new ImportProblem(line, problem));
            }
            else if (!lines.TryAdd(one.Number, line))
            {
                problems.Add(new ImportProblem(line, $"{DevisFields.Number} '{one.Number}' is already used in line {lines[one.Number]}"));
            }
            else
            {
                devis.Add(one);
            }
        }

        return new ParsedFile(devis, problems) { Lines = lines };
    }
}

/// <summary>A line that was not imported.</summary>
/// <param name="Line">In CSV, the line number in the file; in JSON, the position in the array, starting at 1.</param>
internal sealed record ImportProblem(int Line, string Reason);
