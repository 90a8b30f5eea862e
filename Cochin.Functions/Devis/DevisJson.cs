using System.Text.Json;

namespace Cochin.Functions.Devis;

/// <summary>Reads quotes from JSON: an array of objects with the field names of the CSV export.</summary>
internal static class DevisJson
{
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

            var ignored = FindIgnored(root);
            return ParsedFile.From(root.EnumerateArray().Select(Read).ToList()) with { Ignored = ignored };
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

    // As in a CSV header, fields that are not used are named. Without any field of a quote, the file is not an export.
    private static List<string> FindIgnored(JsonElement root)
    {
        var names = root.EnumerateArray()
            .Where(element => element.ValueKind == JsonValueKind.Object)
            .SelectMany(element => element.EnumerateObject().Select(property => property.Name))
            .ToHashSet();
        List<string> ignored = [.. names.Where(name => DevisFields.Find(name) is null)];
        if (ignored.Count == names.Count)
        {
            var found = ignored.Count == 0 ? "" : $" (only {DevisHeader.List([.. ignored.Select(DevisHeader.Shorten)])})";
            throw new DevisImportException($"The file has no field of a quote{found}.", Expected);
        }

        return [.. ignored.Select(DevisHeader.Shorten)];
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

        var fields = new Dictionary<string, string>();
        var found = new HashSet<string>();
        foreach (var property in element.EnumerateObject())
        {
            if (DevisFields.Find(property.Name) is not { } name)
            {
                continue;
            }

            if (!found.Add(name))
            {
                return (index + 1, null, $"{name} occurs more than once");
            }

            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    break;
                case JsonValueKind.Object or JsonValueKind.Array:
                    return (index + 1, null, $"{name} is not a plain value");
                case JsonValueKind.String:
                    fields[name] = property.Value.GetString()!;
                    break;
                case JsonValueKind.Number when name == DevisFields.Amount:
                    fields[name] = Amount(property.Value.GetRawText());
                    break;
                default:
                    fields[name] = property.Value.GetRawText();
                    break;
            }
        }

        // A missing field is an error: treating it as empty would delete the stored value.
        return DevisFields.All.Except(found).ToList() is { Count: > 0 } missing
            ? (index + 1, null, $"the fields {string.Join(", ", missing)} are missing; write null for an empty field")
            : (index + 1, fields, null);
    }
}
