using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>Settings of the Functions host that can prevent jobs from running.</summary>
internal sealed record HostSettings
{
    public required string? WorkerRuntime { get; init; }

    /// <summary><c>WEBSITE_TIME_ZONE</c>, which has no effect on the Flex Consumption plan.</summary>
    public required string? TimeZone { get; init; }

    /// <summary>Functions disabled in the host.</summary>
    public required IReadOnlyList<string> DisabledFunctions { get; init; }

    /// <remarks>https://learn.microsoft.com/azure/azure-functions/disable-function</remarks>
    public static HostSettings Read(IConfiguration configuration, IEnumerable<string> functions) => new()
    {
        WorkerRuntime = configuration["FUNCTIONS_WORKER_RUNTIME"],
        TimeZone = configuration["WEBSITE_TIME_ZONE"],
        DisabledFunctions =
        [
            .. functions.Where(name => IsTrue(configuration[$"AzureWebJobs.{name}.Disabled"] ?? configuration[$"AzureWebJobs:{name}:Disabled"])),
        ],
    };

    private static bool IsTrue(string? text) => text is "1" || (bool.TryParse(text, out var flag) && flag);
}
