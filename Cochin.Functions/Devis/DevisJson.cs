using System.Text.Json;

namespace Cochin.Functions.Devis;

/// <summary>Reads quotes from JSON: an array of objects with the field names of the CSV export.</summary>
internal static class DevisJson
{
    private const int MaxNameLength = 40;

    /// <exception cref="DevisImportException">The text is not JSON of this form.</exception>
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
            throw new DevisImportException($"The file is not valid JSON (line {e.LineNumber + 1}).", Expected);
        }
        catch (InvalidOperationException)
        {
            // Thrown by JsonElement for an unpaired surrogate such as \ud800.
            throw new DevisImportException("The file is not valid JSON (it contains invalid Unicode).", Expected);
        }
    }

    private static string Expected => $"The file must be an array of objects, each with {string.Join(", ", DevisFields.All)}.";

    // As in a CSV header, an unknown field is a mistake in the export, reported before anything is changed.
    private static void RefuseUnknownFields(JsonElement root)
    {
        var unknown = root.EnumerateArray()
            .Where(element => element.ValueKind == JsonValueKind.Object)
            .SelectMany(element => element.EnumerateObject().Select(property => property.Name))
            .FirstOrDefault(name => !DevisFields.All.Contains(name, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw new DevisImportException(
                $"Unknown field '{(unknown.Length <= MaxNameLength ? unknown : unknown[..MaxNameLength] + "…")}'.",
                Expected);
        }
    }

    // In a JSON number, a point is always a decimal point. In text, 1.234 may contain thousands; a leading zero rules that out.
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

        // A missing field is an error: treating it as empty would delete the stored value.
        var names = element.EnumerateObject().Select(property => property.Name).ToList();
        if (DevisFields.All.Except(names, StringComparer.OrdinalIgnoreCase).ToList() is { Count: > 0 } missing)
        {
            return (index + 1, null, $"the fields {string.Join(", ", missing)} are missing; write null for an empty field");
        }

        // All fields are known and none is missing, so an extra field is a duplicate.
        if (names.Count > DevisFields.All.Count)
        {
            var twice = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).First(same => same.Count() > 1);
            return (index + 1, null, $"{twice.Key} occurs more than once");
        }

        return (index + 1, fields, null);
    }
}
