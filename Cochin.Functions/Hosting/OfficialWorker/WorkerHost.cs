using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Hosting;

namespace Cochin.Functions.Hosting;

/// <summary>The Functions worker. Only builds with the official packages compile this file, so it does no more than it must.</summary>
internal static class WorkerHost
{
    public static Task<int> RunAsync(string[] args, TextWriter errors) => WorkerStart.RunAsync(errors, () =>
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.AddCochinWorker();
        return builder.Build().RunAsync();
    });

    public static IHostApplicationBuilder AddCochinWorker(this IHostApplicationBuilder builder) =>
        builder.AddCochin(telemetry => telemetry.UseFunctionsWorkerDefaults());
}
