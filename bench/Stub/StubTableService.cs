using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cochin.Bench.Stub;

/// <summary>The table service, as far as the program uses it. Every table is there.</summary>
internal sealed partial class StubTableService(TimeProvider time, StubTraffic traffic)
{
    private readonly SortedDictionary<(string Table, string Partition, string Row), JsonObject> rows = [];
    private readonly Lock guard = new();
    private long versions;

    public void Fill(string table, IEnumerable<JsonObject> some)
    {
        lock (guard)
        {
            rows.Clear();
            foreach (var row in some)
            {
                Put((table, (string)row["PartitionKey"]!, (string)row["RowKey"]!), row);
            }
        }
    }

    public async ValueTask<StubAnswer> AnswerAsync(StubRequest request)
    {
        await traffic.PassAsync(request.Method == "GET" ? "Query Entities" : "Write Entity", 0);
        lock (guard)
        {
            return request.Path == "Tables" ? Error(409, "TableAlreadyExists")
                : Keyed().Match(request.Path) is { Success: true } one ? Entity(request, (one.Groups[1].Value, Unquoted(one.Groups[2].Value), Unquoted(one.Groups[3].Value)))
                : request.Method == "GET" ? Query(request, request.Path.Split('(')[0])
                : request.Method == "POST" ? Insert(request)
                : Error(501, "NotImplemented");
        }
    }

    private StubAnswer Entity(StubRequest request, (string, string, string) key)
    {
        var found = rows.GetValueOrDefault(key);
        var match = request.Header("If-Match");
        if (found is null && (match is not null || request.Method is "GET" or "DELETE"))
        {
            return Error(404, "ResourceNotFound");
        }

        if (match is not null && match != "*" && match != (string?)found!["odata.etag"])
        {
            return Error(412, "UpdateConditionNotSatisfied");
        }

        switch (request.Method)
        {
            case "GET":
                return Json(found!);
            case "DELETE":
                rows.Remove(key);
                return StubAnswer.Empty(204);
            default:
                var row = request.Method == "PUT" || found is null ? [] : (JsonObject)found.DeepClone();
                foreach (var (name, value) in JsonNode.Parse(request.Body)!.AsObject())
                {
                    row[name] = value?.DeepClone();
                }

                return StubAnswer.Empty(204, ("ETag", Put(key, row)));
        }
    }

    private StubAnswer Insert(StubRequest request)
    {
        var row = JsonNode.Parse(request.Body)!.AsObject();
        var key = (request.Path, (string)row["PartitionKey"]!, (string)row["RowKey"]!);
        return rows.ContainsKey(key) ? Error(409, "EntityAlreadyExists") : StubAnswer.Empty(204, ("ETag", Put(key, row)), ("Preference-Applied", "return-no-content"));
    }

    private StubAnswer Query(StubRequest request, string table)
    {
        var filter = request.Option("$filter");
        var most = request.Option("$top") is { } top ? int.Parse(top, CultureInfo.InvariantCulture) : 1000;
        var found = rows.Where(row => row.Key.Table == table).Select(row => row.Value).Where(row => filter is null || StubFilter.Matches(filter, row)).Take(most);
        return Json(new JsonObject { ["value"] = new JsonArray([.. found.Select(row => row.DeepClone())]) });
    }

    private string Put((string, string Partition, string Row) key, JsonObject row)
    {
        var tag = $"W/\"datetime'{++versions}'\"";
        row["PartitionKey"] = key.Partition;
        row["RowKey"] = key.Row;
        row["Timestamp"] = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        row["odata.etag"] = tag;
        rows[key] = row;
        return tag;
    }

    private static StubAnswer Json(JsonNode body) => StubAnswer.Text(200, "application/json;odata=minimalmetadata;streaming=true;charset=utf-8", body.ToJsonString());

    private static StubAnswer Error(int status, string code) =>
        new StubAnswer(status, [("Content-Type", "application/json"), ("x-ms-error-code", code)], JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object> { ["odata.error"] = new { code, message = new { lang = "en-US", value = code } } }));

    private static string Unquoted(string text) => text.Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex(@"^(\w+)\(PartitionKey='((?:[^']|'')*)',\s*RowKey='((?:[^']|'')*)'\)$")]
    private static partial Regex Keyed();
}
