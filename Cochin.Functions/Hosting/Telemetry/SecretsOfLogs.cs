using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>Takes secrets out of what is logged, exceptions included.</summary>
internal sealed class SecretsOfLogs(Secrets secrets) : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        data.FormattedMessage = data.FormattedMessage is { } message ? secrets.Cut(message) : null;
        if (data.Attributes?.Any(attribute => attribute.Value?.ToString() is { } text && secrets.AreIn(text)) ?? false)
        {
            data.Attributes = [.. data.Attributes.Select(attribute => new KeyValuePair<string, object?>(attribute.Key, secrets.Cut(attribute.Value?.ToString() ?? "")))];
        }

        if (data.Exception is { } exception && secrets.AreIn(exception.ToString()))
        {
            data.Exception = new InvalidOperationException($"{exception.GetType().FullName}: {secrets.Cut(exception.Message)}");
        }
    }
}
