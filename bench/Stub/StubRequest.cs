namespace Cochin.Bench.Stub;

/// <summary>A request as it came in.</summary>
/// <param name="Path">Behind the account's name, decoded: <c>container/blob</c> or <c>Table(…)</c>.</param>
/// <param name="Query">By name in lower case, decoded.</param>
/// <param name="Headers">By name in any case.</param>
internal sealed record StubRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? Option(string name) => Query.GetValueOrDefault(name);

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <param name="target">The request line's path and query.</param>
    public static StubRequest Of(string method, string target, IReadOnlyDictionary<string, string> headers, byte[] body)
    {
        var mark = target.IndexOf('?');
        var path = mark < 0 ? target : target[..mark];
        var afterAccount = path.IndexOf('/', 1);
        return new StubRequest(method, afterAccount < 0 ? "" : Uri.UnescapeDataString(path[(afterAccount + 1)..]), mark < 0 ? NoQuery : ReadQuery(target[(mark + 1)..]), headers, body);
    }

    private static readonly IReadOnlyDictionary<string, string> NoQuery = new Dictionary<string, string>();

    private static Dictionary<string, string> ReadQuery(string query)
    {
        var read = new Dictionary<string, string>();
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=', 2);
            read[Uri.UnescapeDataString(pair[0]).ToLowerInvariant()] = pair.Length == 2 ? Uri.UnescapeDataString(pair[1].Replace('+', ' ')) : "";
        }

        return read;
    }
}
