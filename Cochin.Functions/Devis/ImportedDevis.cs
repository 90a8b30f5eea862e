using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Devis;

/// <summary>A valid quote from an imported file.</summary>
internal sealed partial record ImportedDevis(string Number, string? Amount, bool Active, DateOnly? Start, DateOnly? End, string? Agent)
{
    // https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
    private const int MaxKeyLength = 512;

    // A hundred rows must fit into a transaction of 4 MiB, in which a character may take six bytes.
    private const int MaxAgentLength = 4_000;

    /// <summary>A date in these fields that is only possible with the month first, such as 11/24/2026; null if there is none.</summary>
    public static string? FindMonthFirst(IReadOnlyDictionary<string, string> fields) =>
        new[] { DevisFields.Start, DevisFields.End }.Select(name => fields.GetValueOrDefault(name)?.Trim()).FirstOrDefault(DevisValues.IsMonthFirst);

    /// <summary>Reads the fields of one line.</summary>
    /// <param name="monthFirst">A date of the file that has the month first. Dates with slashes are then rejected as ambiguous.</param>
    /// <param name="problem">All problems of the line, if it is invalid.</param>
    public static bool TryRead(
        IReadOnlyDictionary<string, string> fields,
        string? monthFirst,
        [NotNullWhen(true)] out ImportedDevis? devis,
        [NotNullWhen(false)] out string? problem)
    {
        var problems = new List<string>();
        foreach (var name in DevisFields.All)
        {
            Report(name, DevisValues.FindControl(fields.GetValueOrDefault(name)));
        }

        var number = Field(DevisFields.Number) ?? "";
        Report(DevisFields.Number, NumberProblem(number));
        DevisValues.TryReadAmount(Field(DevisFields.Amount), out var amount, out var amountProblem);
        Report(DevisFields.Amount, amountProblem);
        DevisValues.TryReadActive(Field(DevisFields.Active), out var active, out var activeProblem);
        Report(DevisFields.Active, activeProblem);
        var start = ReadDate(DevisFields.Start);
        var end = ReadDate(DevisFields.End);
        var agent = Field(DevisFields.Agent);
        Report(DevisFields.Agent, agent?.Length > MaxAgentLength ? $"has {agent.Length} characters; the maximum is {MaxAgentLength}" : null);

        devis = problems.Count == 0 ? new ImportedDevis(number, amount, active, start, end, agent) : null;
        problem = problems.Count == 0 ? null : string.Join("; ", problems);
        return devis is not null;

        string? Field(string name) => fields.TryGetValue(name, out var text) && text.Trim() is { Length: > 0 } trimmed ? trimmed : null;

        void Report(string name, string? phrase)
        {
            if (phrase is not null)
            {
                problems.Add($"{name} {phrase}");
            }
        }

        DateOnly? ReadDate(string name)
        {
            var text = Field(name);
            if (monthFirst is not null && text?.Contains('/', StringComparison.Ordinal) is true)
            {
                Report(
                    name,
                    $"{DevisValues.Quote(text)} may have the month first, as {DevisValues.Quote(monthFirst)} in this file has; "
                    + "format the dates as 2026-11-24 and export again");
                return null;
            }

            DevisValues.TryReadDate(text, out var date, out var phrase);
            Report(name, phrase);
            return date;
        }
    }

    /// <summary>Creates the row of a quote that is not in the table yet.</summary>
    public TableEntity NewRow()
    {
        var row = new TableEntity(DevisRow.Partition, DevisRow.KeyOf(Number));
        if (row.RowKey != Number)
        {
            row.Set(DevisRow.Numero, Number);
        }

        Apply(row);
        return row;
    }

    /// <summary>Sets the columns of a row; its other columns do not change.</summary>
    /// <returns>Whether the row changed.</returns>
    public bool Apply(TableEntity row)
    {
        var before = new Dictionary<string, object?>(row);
        row.Set(nameof(DevisRow.Montant), Amount);
        row.Set(nameof(DevisRow.Statut), Active);
        row.Set(nameof(DevisRow.DateDebut), Start is { } start ? DevisRow.Text(start) : null);
        row.Set(nameof(DevisRow.DateRendu), End is { } end ? DevisRow.Text(end) : null);
        row.Set(nameof(DevisRow.AgentPlateforme), Agent);
        return before.Count != row.Count || row.Any(column => !before.TryGetValue(column.Key, out var value) || !Equals(value, column.Value));
    }

    private static string? NumberProblem(string number) => number switch
    {
        "" => "is missing",
        _ when Shortened().IsMatch(number) => $"{DevisValues.Quote(number)}: Excel has shortened it; format the column as text and export again",
        _ when DevisRow.KeyOf(number).Length is > MaxKeyLength and var length => $"needs {length} characters as a table key; the maximum is {MaxKeyLength}",
        _ => null,
    };

    // Excel shows a long number as 2,02611E+11.
    [GeneratedRegex(@"^-?\d(?:[.,]\d+)?E\+\d+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Shortened();
}
