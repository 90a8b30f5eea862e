using System.Net.Http.Headers;
using System.Reflection;

namespace Cochin.Functions.Network;

/// <summary>The name and version of the program for other services.</summary>
internal static class Product
{
    /// <summary>The home page of the project. A placeholder until the project has a public address.</summary>
    public const string Address = "https://cochin-maintenance.example";

    private const string Name = "Cochin-Maintenance";

    public static string Version { get; } =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Required by Discord, whose bot protection rejects some requests without it.</summary>
    /// <remarks>https://discord.com/developers/docs/reference#user-agent</remarks>
    public static string UserAgent { get; } = $"{Name}/{Version} (+{Address})";

    /// <summary>Adds <see cref="UserAgent"/> to the default headers of a client.</summary>
    public static void AddTo(HttpRequestHeaders headers) => headers.Add("User-Agent", UserAgent);
}
