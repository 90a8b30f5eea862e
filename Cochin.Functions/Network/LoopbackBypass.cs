namespace Cochin.Functions.Network;

/// <summary>Exempts the addresses of this machine from the proxy in the environment (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY).</summary>
internal static class LoopbackBypass
{
    // 169.254.169.254 issues tokens for a managed identity. Through a proxy, it would be the endpoint of the proxy's machine.
    private static readonly string[] Local = ["localhost", ".localhost", "127.0.0.1", "[::1]", "169.254.169.254"];

    /// <summary>Adds the exemptions for this process. Call it before the first request.</summary>
    /// <remarks>Sets environment variables, as the Azure clients read those and ignore <see cref="HttpClient.DefaultProxy"/>.</remarks>
    public static void Install()
    {
        var exempt = Extend(Environment.GetEnvironmentVariable("no_proxy") ?? Environment.GetEnvironmentVariable("NO_PROXY"));
        Environment.SetEnvironmentVariable("no_proxy", exempt);
        Environment.SetEnvironmentVariable("NO_PROXY", exempt);
    }

    /// <summary>Adds the hosts of this machine to a NO_PROXY list.</summary>
    public static string Extend(string? exempt) =>
        string.Join(',', (exempt ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Union(Local));

    /// <summary>
    /// Returns text for an error message, " through the proxy http://HOST:PORT" without user and password; empty if no proxy is used.
    /// </summary>
    public static string DescribeProxy(Uri destination) =>
        !HttpClient.DefaultProxy.IsBypassed(destination) && HttpClient.DefaultProxy.GetProxy(destination) is { } proxy && proxy != destination
            ? $" through the proxy {proxy.Scheme}://{proxy.Host}:{proxy.Port}"
            : "";
}
