namespace Cochin.Functions.Tests.Proof.Proxy;

/// <summary>A request that came to the proxy.</summary>
/// <param name="Number">From 1 on, in the order in which the requests came.</param>
/// <param name="Service"><c>blob</c>, <c>table</c> or <c>discord</c>.</param>
internal sealed record Call(int Number, string Service, WireMessage Request)
{
    public string Method => Request.StartLine.Split(' ')[0];

    /// <summary>Path and query, as they were sent.</summary>
    public string Target => Request.StartLine.Split(' ')[1];

    /// <summary>Whether a text is anywhere in the request, a batch's parts included.</summary>
    public bool Mentions(string text) =>
        Target.Contains(text, StringComparison.Ordinal) || WireMessage.Encoding.GetString(Request.Body).Contains(text, StringComparison.Ordinal);

    public override string ToString() => $"{Number} {Service} {Method} {Uri.UnescapeDataString(Target)}";
}
