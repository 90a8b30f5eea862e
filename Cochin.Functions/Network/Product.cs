using System.Net.Http.Headers;
using System.Reflection;

namespace Cochin.Functions.Network;

/// <summary>How the program names itself to other services.</summary>
internal static class Product
{
    /// <summary>Where to read about the program. The project has no public address yet; replace this one when it has.</summary>
    public const string Address = "https://cochin-maintenance.example";

    private const string Name = "Cochin-Maintenance";

    public static string Version { get; } =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Discord asks for one, and its protection against bots refuses some requests without.</summary>
    /// <remarks>https://discord.com/developers/docs/reference#user-agent</remarks>
    public static string UserAgent { get; } = $"{Name}/{Version} (+{Address})";

    /// <summary>Sends <see cref="UserAgent"/> with each request of a client.</summary>
    public static void AddTo(HttpRequestHeaders headers) => headers.Add("User-Agent", UserAgent);
}
