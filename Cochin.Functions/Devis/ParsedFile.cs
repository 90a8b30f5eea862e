namespace Cochin.Functions.Devis;

/// <summary>The quotes of a file, and the lines that hold none.</summary>
internal sealed record ParsedFile(IReadOnlyList<ImportedDevis> Devis, IReadOnlyList<ImportProblem> Problems)
{
    /// <summary>Reads records one by one; of two with the same number the first counts.</summary>
    public static ParsedFile From(IEnumerable<(int Line, IReadOnlyDictionary<string, string>? Fields, string? Problem)> records)
    {
        var devis = new List<ImportedDevis>();
        var problems = new List<ImportProblem>();
        var lines = new Dictionary<string, int>();
        foreach (var (line, fields, broken) in records)
        {
            if (fields is null)
            {
                problems.Add(new ImportProblem(line, broken ?? "it can't be read"));
            }
            else if (!ImportedDevis.TryRead(fields, out var one, out var problem))
            {
                problems.Add(new ImportProblem(line, problem));
            }
            else if (!lines.TryAdd(one.Number, line))
            {
                problems.Add(new ImportProblem(line, $"{DevisFields.Number} '{one.Number}' stands in line {lines[one.Number]} already"));
            }
            else
            {
                devis.Add(one);
            }
        }

        return new ParsedFile(devis, problems);
    }
}

/// <summary>A line that was not imported.</summary>
/// <param name="Line">In CSV the line of the file, the header being 1; in JSON the place in the array, from 1.</param>
internal sealed record ImportProblem(int Line, string Reason);
