using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Begins to listen when the first run is near, and at the end sends what is left, for a limited time: an endpoint that is dead or slow
/// holds up nobody. In a worker the host does the first and says when the second is due.
/// </summary>
internal sealed class TelemetryPipeline(IServiceProvider services, TimeProvider time) : IHostedLifecycleService
{
    // With the time that a signalled run has to close its record and to free its lock, this stays below 15 s.
    internal static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(4);

    private TracerProvider? tracers;
    private MeterProvider? meters;
    private LoggerProvider? loggers;

    public void Start()
    {
        tracers = services.GetRequiredService<TracerProvider>();
        meters = services.GetRequiredService<MeterProvider>();
        loggers = services.GetRequiredService<LoggerProvider>();
    }

    /// <summary>Sends what is left; nothing is taken in any more.</summary>
    public async Task FlushAsync()
    {
        if (tracers is null)
        {
            return;
        }

        var limit = (int)FlushLimit.TotalMilliseconds;
        var all = Task.WhenAll(
            Task.Run(() => tracers.Shutdown(limit)),
            Task.Run(() => meters!.Shutdown(limit)),
            Task.Run(() => loggers!.Shutdown(limit)));
        await Task.WhenAny(all, Task.Delay(FlushLimit, time)).ConfigureAwait(false);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Start();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // After all that may still run has stopped.
    public Task StoppedAsync(CancellationToken cancellationToken) => FlushAsync();
}
