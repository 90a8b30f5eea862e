using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Records the requests of a <see cref="StorageTest"/> by their kind: the method and what it is about, without names that differ by test.</summary>
internal sealed partial class RequestLog : HttpPipelinePolicy
{
    private readonly ConcurrentBag<string> kinds = [];

    /// <summary>The kinds in alphabetical order, because some requests are sent concurrently. A repeated one is listed repeatedly.</summary>
    public IEnumerable<string> Kinds => kinds.Order(StringComparer.Ordinal);

    public void Clear() => kinds.Clear();

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        kinds.Add(KindOf(message.Request));
        return ProcessNextAsync(message, pipeline);
    }

    private static string KindOf(Request request)
    {
        var address = request.Uri.ToUri();
        var path = Names().Replace(Uri.UnescapeDataString(address.AbsolutePath), "");
        path = path.Contains("='", StringComparison.Ordinal) ? path[..path.IndexOf('(', StringComparison.Ordinal)] + "(row)" : path;
        var what = string.Join('&', Uri.UnescapeDataString(address.Query).TrimStart('?').Split('&').Where(part => Shown().IsMatch(part)));
        return $"{request.Method} {path} {what}".TrimEnd();
    }

    [GeneratedRegex("^/[^/]+/(t[0-9a-f]{12}-?)?")]
    private static partial Regex Names();

    [GeneratedRegex("^(comp|prefix)=")]
    private static partial Regex Shown();
}
