using System.Diagnostics;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Sends to Application Insights. The exporters are taken as they are instead of by their `AddAzureMonitor…` extensions, which bring a
/// sampler of five traces a second, drop logs of what they don't sample, and add metrics of their own.
/// </summary>
internal sealed class AzureMonitor(TelemetrySettings settings, bool keepsUnsent)
{
    private const int EachMinute = 60_000;

    public BaseProcessor<Activity> Spans() => new BatchActivityExportProcessor(new AzureMonitorTraceExporter(Options()));

    public MetricReader Metrics() => new PeriodicExportingMetricReader(new AzureMonitorMetricExporter(Options()), EachMinute)
    {
        // A metric of Application Insights is what was added since the last one.
        TemporalityPreference = MetricReaderTemporalityPreference.Delta,
    };

    public BaseProcessor<LogRecord> Logs() => new BatchLogRecordExportProcessor(new AzureMonitorLogExporter(Options()));

    private AzureMonitorExporterOptions Options() => new()
    {
        ConnectionString = settings.ConnectionString,
        Credential = settings.Identity is { } identity
            ? new ManagedIdentityCredential(identity.ClientId is { } clientId ? ManagedIdentityId.FromUserAssignedClientId(clientId) : ManagedIdentityId.SystemAssigned)
            : null,
        SamplingRatio = 1,
        TracesPerSecond = null,

        // What can't be sent waits on the disk of a worker. A command leaves nothing behind on a person's machine.
        DisableOfflineStorage = !keepsUnsent,
    };
}
