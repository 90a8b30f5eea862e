using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cochin.Functions.Hosting;

/// <summary>The Functions worker. Only builds with the official packages compile this file, so it does no more than it must.</summary>
internal static class WorkerHost
{
    public static Task<int> RunAsync(string[] args, TextWriter errors) => WorkerStart.RunAsync(errors, () =>
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults(); // First: what we call ourselves comes later and counts.
        builder.AddCochin();
        return builder.Build().RunAsync();
    });
}
