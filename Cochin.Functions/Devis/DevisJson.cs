using System.Text.Json;

namespace Cochin.Functions.Devis;

/// <summary>Reads quotes from JSON: an array of objects with the field names of the CSV export.</summary>
internal static class DevisJson
{
    private const int LongestNamed = 40;

    /// <exception cref="DevisImportException">It is not such JSON.</exception>
    public static ParsedFile Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() == 0)
            {
                throw new DevisImportException(root.ValueKind == JsonValueKind.Array ? "The array is empty." : "The JSON is not an array.", Expected);
            }

            RefuseUnknownFields(root);
            return ParsedFile.From(root.EnumerateArray().Select(Read).ToList());
        }
        catch (JsonException e)
        {
            throw new DevisImportException($"It is not valid JSON (line {e.LineNumber + 1}).", Expected);
        }
        catch (InvalidOperationException)
        {
            // How JsonElement says that an escape such as \ud800 stands for half a character.
            throw new DevisImportException("It is not valid JSON (a text in it is not Unicode).", Expected);
        }
    }

    private static string Expected => $"An array of objects is needed, each with {string.Join(", ", DevisFields.All)}.";

    // The same rule as for a CSV header: a field that nobody knows is a mistake in the export, found before anything is changed.
    private static void RefuseUnknownFields(JsonElement root)
    {
        var unknown = root.EnumerateArray()
            .Where(element => element.ValueKind == JsonValueKind.Object)
            .SelectMany(element => element.EnumerateObject().Select(property => property.Name))
            .FirstOrDefault(name => !DevisFields.All.Contains(name, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw new DevisImportException($"The import does not know the field '{(unknown.Length <= LongestNamed ? unknown : unknown[..LongestNamed] + "…")}'.", Expected);
        }
    }

    // The point of a JSON number is certainly a decimal one; in text, 1.234 may have thousands, but nothing with a leading zero has.
    private static string Amount(string number) =>
        !number.Contains('.', StringComparison.Ordinal) || number.Contains('e', StringComparison.OrdinalIgnoreCase) ? number
        : number.StartsWith('-') ? $"-0{number[1..]}"
        : $"0{number}";

    private static (int Line, IReadOnlyDictionary<string, string>? Fields, string? Problem) Read(JsonElement element, int index)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return (index + 1, null, "it is not an object");
        }

        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in element.EnumerateObject())
        {
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    break;
                case JsonValueKind.Object or JsonValueKind.Array:
                    return (index + 1, null, $"{property.Name} is not a plain value");
                case JsonValueKind.String:
                    fields[property.Name] = property.Value.GetString()!;
                    break;
                case JsonValueKind.Number when property.Name.Equals(DevisFields.Amount, StringComparison.OrdinalIgnoreCase):
                    fields[property.Name] = Amount(property.Value.GetRawText());
                    break;
                default:
                    fields[property.Name] = property.Value.GetRawText();
                    break;
            }
        }

        // Absent is not empty: importing the record would delete what the quote has there.
        var names = element.EnumerateObject().Select(property => property.Name).ToList();
        if (DevisFields.All.Except(names, StringComparer.OrdinalIgnoreCase).ToList() is { Count: > 0 } missing)
        {
            return (index + 1, null, $"it lacks {string.Join(", ", missing)}; an empty field is written as null");
        }

        // Every field is known and none is missing, so a surplus one is a second one.
        if (names.Count > DevisFields.All.Count)
        {
            var twice = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).First(same => same.Count() > 1);
            return (index + 1, null, $"{twice.Key} occurs more than once");
        }

        return (index + 1, fields, null);
    }
}
