using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Bench.Requests;

/// <summary>Counts requests by the kind of their address: the method, and the container, folder or table.</summary>
internal sealed partial class RecordedRequests : HttpPipelinePolicy
{
    private ConcurrentBag<string> kinds = [];

    /// <summary>The kinds since the last call, with repetitions.</summary>
    public IReadOnlyCollection<string> Take() => Interlocked.Exchange(ref kinds, []);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        kinds.Add(KindOf(message.Request));
        return ProcessNextAsync(message, pipeline);
    }

    private static string KindOf(Request request)
    {
        var address = request.Uri.ToUri();
        var path = Varying().Replace(Account().Replace(Uri.UnescapeDataString(address.AbsolutePath), ""), "");
        var query = Uri.UnescapeDataString(address.Query);
        var what = Operation().Match(query).Groups[1].Value;
        var folder = Prefix().Match(query).Groups[1].Value;
        return string.Join(' ', new[] { request.Method.ToString(), what, path + (folder.Length > 0 ? "/" + folder : "") }.Where(part => part.Length > 0));
    }

    [GeneratedRegex("^/[^/]+/")]
    private static partial Regex Account();

    // The keys of a row, the name of a lock or checkpoint, and the day of an audit log.
    [GeneratedRegex(@"\(.*\)$|(?<=/(locks|checkpoints|audit)/).*$")]
    private static partial Regex Varying();

    [GeneratedRegex("[?&]comp=([a-z]+)")]
    private static partial Regex Operation();

    [GeneratedRegex("[?&]prefix=([a-z_]+/)")]
    private static partial Regex Prefix();
}
