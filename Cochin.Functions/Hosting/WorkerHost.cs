using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Hosting;

namespace Cochin.Functions.Hosting;

/// <summary>Runs the program as a worker of the Functions host.</summary>
internal static class WorkerHost
{
    /// <summary>Whether the arguments are those of a worker started by the host.</summary>
    public static bool IsHostStart(IEnumerable<string> args) =>
        args.Any(arg => arg.StartsWith("--functions-", StringComparison.Ordinal));

    public static Task<int> RunAsync(string[] args, TextWriter errors) => WorkerStart.RunAsync(errors, () =>
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.AddCochinWorker();
        return builder.Build().RunAsync();
    });

    public static IHostApplicationBuilder AddCochinWorker(this IHostApplicationBuilder builder) =>
        builder.AddCochin(telemetry => telemetry.UseFunctionsWorkerDefaults());
}
