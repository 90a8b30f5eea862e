using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Tests.Proof.Proxy;

/// <summary>
/// Lets a small store answer in many pages: listings of blobs and rows are cut after a few entries, and the rest is what the next
/// page's request gets.
/// </summary>
internal sealed partial class SmallPages(int entries)
{
    private const string Mark = "smallpage";

    private readonly ConcurrentDictionary<string, WireMessage> rests = new();
    private int last;

    public async Task<WireMessage> AnswerAsync(Call call, Func<Task<WireMessage>> send)
    {
        // Not removed: a request whose answer got lost is sent again.
        if (Marked().Match(call.Target) is { Success: true } marked && rests.TryGetValue(marked.Value, out var rest))
        {
            return Cut(rest, call);
        }

        return Cut(await send(), call);
    }

    private WireMessage Cut(WireMessage answer, Call call)
    {
        if (call.Method != "GET" || answer.Status != 200)
        {
            return answer;
        }

        var cut = call.Service switch
        {
            "blob" when call.Target.Contains("comp=list", StringComparison.Ordinal) => CutBlobs(answer),
            "table" when answer.Header("Content-Type")?.Contains("json", StringComparison.Ordinal) is true => CutRows(answer),
            _ => answer,
        };

        // The client takes an answer only with the id of its own request.
        return call.Request.Header("x-ms-client-request-id") is { } id && cut.Header("x-ms-client-request-id") is not null
            ? cut.With("x-ms-client-request-id", id)
            : cut;
    }

    private WireMessage CutBlobs(WireMessage answer)
    {
        var xml = Encoding.UTF8.GetString(answer.Content());
        var blobs = Blob().Matches(xml);
        if (blobs.Count <= entries)
        {
            return answer;
        }

        var (begin, split, end) = (blobs[0].Index, blobs[entries].Index, blobs[^1].Index + blobs[^1].Length);
        var mark = Keep(answer.WithContent(Encoding.UTF8.GetBytes(xml[..begin] + xml[split..])));
        return answer.WithContent(Encoding.UTF8.GetBytes(xml[..split] + NextMarker().Replace(xml[end..], $"<NextMarker>{mark}</NextMarker>")));
    }

    private WireMessage CutRows(WireMessage answer)
    {
        using var json = JsonDocument.Parse(answer.Content());
        if (!json.RootElement.TryGetProperty("value", out var value) || value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= entries)
        {
            return answer;
        }

        var mark = Keep(answer.WithContent(Rows(json.RootElement, value.EnumerateArray().Skip(entries))));
        return answer.WithContent(Rows(json.RootElement, value.EnumerateArray().Take(entries)))
            .With("x-ms-continuation-NextPartitionKey", mark)
            .With("x-ms-continuation-NextRowKey", mark);
    }

    private static byte[] Rows(JsonElement document, IEnumerable<JsonElement> rows)
    {
        var others = document.EnumerateObject()
            .Where(property => property.Name != "value")
            .Select(property => $"{JsonSerializer.Serialize(property.Name)}:{property.Value.GetRawText()},");
        return Encoding.UTF8.GetBytes($"{{{string.Concat(others)}\"value\":[{string.Join(',', rows.Select(row => row.GetRawText()))}]}}");
    }

    private string Keep(WireMessage rest)
    {
        var mark = Mark + Interlocked.Increment(ref last).ToString("d6", CultureInfo.InvariantCulture);
        rests[mark] = rest;
        return mark;
    }

    [GeneratedRegex("<Blob>.*?</Blob>", RegexOptions.Singleline)]
    private static partial Regex Blob();

    [GeneratedRegex("<NextMarker ?/>|<NextMarker></NextMarker>")]
    private static partial Regex NextMarker();

    [GeneratedRegex(Mark + @"\d{6}")]
    private static partial Regex Marked();
}
