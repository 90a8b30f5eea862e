using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>Removes secrets from log records, including their exceptions.</summary>
internal sealed class LogRedactor(SecretRedactor redactor) : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        data.FormattedMessage = data.FormattedMessage is { } message ? redactor.Redact(message) : null;
        if (data.Attributes?.Any(attribute => attribute.Value?.ToString() is { } text && redactor.ContainsSecret(text)) ?? false)
        {
            data.Attributes =
            [
                .. data.Attributes.Select(attribute => KeyValuePair.Create(attribute.Key, (object?)redactor.Redact(attribute.Value?.ToString() ?? ""))),
            ];
        }

        if (data.Exception is { } exception && redactor.ContainsSecret(exception.ToString()))
        {
            data.Exception = new InvalidOperationException($"{exception.GetType().FullName}: {redactor.Redact(exception.Message)}");
        }
    }
}
