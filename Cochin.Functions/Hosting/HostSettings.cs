using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>Settings that the Functions host reads and this program does not, where they can keep jobs from running.</summary>
internal sealed record HostSettings
{
    public required string? WorkerRuntime { get; init; }

    /// <summary>Set by people who want timers in their zone; the plan has no such thing.</summary>
    public required string? TimeZone { get; init; }

    /// <summary>Functions that the host never calls.</summary>
    public required IReadOnlyList<string> DisabledFunctions { get; init; }

    /// <remarks>https://learn.microsoft.com/azure/azure-functions/disable-function</remarks>
    public static HostSettings Read(IConfiguration configuration, IEnumerable<string> functions) => new()
    {
        WorkerRuntime = configuration["FUNCTIONS_WORKER_RUNTIME"],
        TimeZone = configuration["WEBSITE_TIME_ZONE"],
        DisabledFunctions = [.. functions.Where(name => IsTrue(configuration[$"AzureWebJobs.{name}.Disabled"] ?? configuration[$"AzureWebJobs:{name}:Disabled"]))],
    };

    private static bool IsTrue(string? text) => text is "1" || (bool.TryParse(text, out var flag) && flag);
}
