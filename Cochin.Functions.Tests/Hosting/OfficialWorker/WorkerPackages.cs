namespace Cochin.Functions.Tests.Hosting.OfficialWorker;

/// <summary>The official packages and versions that are known to work together; whoever changes them changes this list too.</summary>
internal static class WorkerPackages
{
    public static IReadOnlyList<(string Id, string Version)> All { get; } =
    [
        ("Microsoft.Azure.Functions.Worker", "2.52.0"),
        ("Microsoft.Azure.Functions.Worker.Extensions.Timer", "4.3.1"),
        ("Microsoft.Azure.Functions.Worker.OpenTelemetry", "1.2.0"),
        ("Microsoft.Azure.Functions.Worker.Sdk", "2.1.0"),
    ];
}
