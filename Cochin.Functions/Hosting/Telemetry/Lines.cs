using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>Telemetry in words: a line each.</summary>
internal static class Lines
{
    public static IEnumerable<string> Of(Activity span) =>
    [
        $"span    {Time(span.StartTimeUtc)} {span.DisplayName} {span.Duration.TotalMilliseconds:0} ms{(span.Status == ActivityStatusCode.Error ? " error" : "")} {span.SpanId}<{span.ParentSpanId} {Tags(span.TagObjects)}",
    ];

    public static IEnumerable<string> Of(LogRecord log)
    {
        var scopes = new List<KeyValuePair<string, object?>>();
        log.ForEachScope(
            static (scope, scopes) =>
            {
                foreach (var value in scope)
                {
                    scopes.Add(value);
                }
            },
            scopes);
        string[] line = [$"log     {Time(log.Timestamp)} {log.LogLevel} {log.EventId.Id}: {log.FormattedMessage} {Tags(scopes)}"];
        return log.Exception is { } exception ? [.. line, exception.ToString()] : line;
    }

    public static IEnumerable<string> Of(Metric metric)
    {
        var lines = new List<string>();
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var tags = new List<KeyValuePair<string, object?>>();
            foreach (var tag in point.Tags)
            {
                tags.Add(tag);
            }

            lines.Add($"metric  {Time(point.EndTime.UtcDateTime)} {metric.Name} {Value(metric.MetricType, point)} {metric.Unit} {Tags(tags)}");
        }

        return lines;
    }

    private static string Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum => Number(point.GetSumLong()),
        MetricType.DoubleSum => Number(point.GetSumDouble()),
        MetricType.LongGauge => Number(point.GetGaugeLastValueLong()),
        MetricType.DoubleGauge => Number(point.GetGaugeLastValueDouble()),
        _ => $"{Number(point.GetHistogramSum())} in {point.GetHistogramCount()}",
    };

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Time(DateTime time) => time.ToString("HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Tags(IEnumerable<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.Where(tag => tag.Value is not null).Select(tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Key}={tag.Value}")));
}
