namespace Cochin.Functions.Network;

/// <summary>
/// The proxy of the environment (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY) is for other machines: addresses of this one are reached directly.
/// </summary>
internal static class LoopbackBypass
{
    // 169.254.169.254 gives a managed identity its token; behind a proxy it would be that of the proxy's machine.
    private static readonly string[] Local = ["localhost", ".localhost", "127.0.0.1", "[::1]", "169.254.169.254"];

    /// <summary>Exempts them for the whole process. Call it before the first request.</summary>
    /// <remarks>By the environment, as the Azure clients read that for themselves: <see cref="HttpClient.DefaultProxy"/> means nothing to them.</remarks>
    public static void Install()
    {
        var exempt = Extend(Environment.GetEnvironmentVariable("no_proxy") ?? Environment.GetEnvironmentVariable("NO_PROXY"));
        Environment.SetEnvironmentVariable("no_proxy", exempt);
        Environment.SetEnvironmentVariable("NO_PROXY", exempt);
    }

    /// <summary>A list of hosts without proxy, with those of this machine.</summary>
    public static string Extend(string? exempt) =>
        string.Join(',', (exempt ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Union(Local));

    /// <summary>
    /// Text for an error message: " through the proxy http://HOST:PORT", without user and password; empty if requests to the address use none.
    /// </summary>
    public static string Through(Uri destination) =>
        !HttpClient.DefaultProxy.IsBypassed(destination) && HttpClient.DefaultProxy.GetProxy(destination) is { } proxy && proxy != destination
            ? $" through the proxy {proxy.Scheme}://{proxy.Host}:{proxy.Port}"
            : "";
}
