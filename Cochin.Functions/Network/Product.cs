using System.Net.Http.Headers;
using System.Reflection;

namespace Cochin.Functions.Network;

/// <summary>The name and version of the program for other services.</summary>
internal static class Product
{
    private const string Name = "Cochin-Maintenance";

    public static string Version { get; } =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>The <c>RepositoryUrl</c> of the build (Directory.Build.props); null if it is not set.</summary>
    public static string? Address { get; } = typeof(Product).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(metadata => metadata.Key == "RepositoryUrl")?.Value;

    /// <summary>Required by Discord, whose bot protection rejects some requests without it.</summary>
    /// <remarks>https://discord.com/developers/docs/reference#user-agent</remarks>
    public static string UserAgent { get; } = UserAgentWith(Address);

    /// <summary>The user agent of a build with this address.</summary>
    public static string UserAgentWith(string? address) => address is null ? $"{Name}/{Version}" : $"{Name}/{Version} (+{address})";

    /// <summary>Adds <see cref="UserAgent"/> to the default headers of a client.</summary>
    public static void AddTo(HttpRequestHeaders headers) => headers.Add("User-Agent", UserAgent);
}
