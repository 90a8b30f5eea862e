using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cochin.Bench.Running;

namespace Cochin.Bench.Results;

/// <summary>
/// Writes <c>results.json</c> (the ratios by name, everything else under <c>details</c>) and <c>RESULTS.md</c>, which is generated from it. A run of some
/// benchmarks replaces their sections and keeps the rest.
/// </summary>
internal sealed class ResultsFile(string folder)
{
    private const string Details = "details";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private string JsonPath => Path.Combine(folder, "results.json");

    public void Put(string benchmark, ResultSection section)
    {
        var sections = Read();
        sections[benchmark] = section;
        var ordered = BenchmarkCatalog.All
            .Where(known => sections.ContainsKey(known.Name))
            .Select(known => (known.Name, Section: sections[known.Name]))
            .ToArray();

        var document = new JsonObject();
        foreach (var (ratio, value) in ordered.SelectMany(item => item.Section.Ratios))
        {
            document[ratio] = value;
        }

        document[Details] = JsonSerializer.SerializeToNode(ordered.ToDictionary(item => item.Name, item => item.Section), Json);
        File.WriteAllText(JsonPath, document.ToJsonString(Json) + "\n");
        File.WriteAllText(Path.Combine(folder, "RESULTS.md"), ResultsText.Of([.. ordered.Select(item => item.Section)]));
    }

    private Dictionary<string, ResultSection> Read() =>
        File.Exists(JsonPath) && JsonNode.Parse(File.ReadAllText(JsonPath))?[Details] is { } details
            ? details.Deserialize<Dictionary<string, ResultSection>>(Json)!
            : [];
}
