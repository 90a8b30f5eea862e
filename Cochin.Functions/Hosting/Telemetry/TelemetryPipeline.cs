using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Starts collecting telemetry before the first run and flushes it at the end. The flush has a timeout, so that an unavailable or slow endpoint does
/// not delay the program. In a worker, the host starts and stops it.
/// </summary>
internal sealed class TelemetryPipeline(IServiceProvider services, TimeProvider time) : IHostedLifecycleService
{
    // Together with closing the run record and releasing the lock after a signal, this stays below 15 s.
    internal static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(4);

    private TracerProvider? tracers;
    private MeterProvider? meters;
    private LoggerProvider? loggers;

    public void Start()
    {
        tracers = services.GetRequiredService<TracerProvider>();
        meters = services.GetRequiredService<MeterProvider>();
        loggers = services.GetRequiredService<LoggerProvider>();
    }

    /// <summary>Sends the remaining telemetry and stops collecting.</summary>
    public async Task FlushAsync()
    {
        if (tracers is null)
        {
            return;
        }

        var timeout = (int)FlushTimeout.TotalMilliseconds;
        var all = Task.WhenAll(
            Task.Run(() => tracers.Shutdown(timeout)),
            Task.Run(() => meters!.Shutdown(timeout)),
            Task.Run(() => loggers!.Shutdown(timeout)));
        await Task.WhenAny(all, Task.Delay(FlushTimeout, time)).ConfigureAwait(false);
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

    // Called after all other services have stopped.
    public Task StoppedAsync(CancellationToken cancellationToken) => FlushAsync();
}
