using System.Diagnostics;
using Cochin.Functions.Hosting.Telemetry;
using Cochin.Functions.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

public sealed class SecretRedactorTests
{
    private static readonly SecretRedactor Redactor = new(new ConfigurationBuilder().AddInMemoryCollection(
    [
        new("CochinStorage", "AccountName=a;AccountKey=bWFya2Vk+a2V5/==;BlobEndpoint=https://a.example/some-container"),
        new("AzureWebJobsStorage", "BlobEndpoint=https://a.example/;SharedAccessSignature=sv=2024&sig=mark%2Bed%3D&sp=r"),
        new("Cochin:Discord:WebhookUrl", "https://discord.com/api/webhooks/1/marked-token-of-webhook?thread_id=7"),
        new("Cochin:Discord:Culture", "fr-FR-long-enough"),
    ]).Build());

    [Theory]
    [InlineData("key bWFya2Vk+a2V5/==, signed", "key ***, signed")]
    [InlineData("?sv=2024&sig=mark%2Bed%3D&sp=r", "?sv=2024&sig=***&sp=r")]
    [InlineData("sig=mark+ed=", "sig=***")]
    [InlineData("POST https://discord.com/api/webhooks/1/marked-token-of-webhook", "POST https://discord.com***")]
    [InlineData("token marked-token-of-webhook", "token ***")]
    [InlineData("https://a.example/some-container in fr-FR-long-enough", "https://a.example/some-container in fr-FR-long-enough")]
    public void Redact_Text_RemovesOnlySecrets(string text, string redacted) => Redactor.Redact(text).ShouldBe(redacted);

    [Theory]
    [InlineData("https://acme.blob.core.windows.net/backups/temp/a.zip?sv=1&sig=x", "https://acme.blob.core.windows.net/backups/temp/a.zip")]
    [InlineData("https://acme.table.core.windows.net/CochinJobs()?$filter=a", "https://acme.table.core.windows.net/CochinJobs()")]
    [InlineData("https://me:word@acme.blob.core.windows.net/backups", "https://acme.blob.core.windows.net/backups")]
    [InlineData("https://discord.com/api/webhooks/1/token", "https://discord.com/")]
    [InlineData("https://acme.blob.core.windows.net.evil.example/key", "https://acme.blob.core.windows.net.evil.example/")]
    [InlineData("https://hc-ping.example:8443/some-key", "https://hc-ping.example:8443/")]
    [InlineData("nonsense", "***")]
    public void Span_Url_KeepsOnlyThePathOfTheStorage(string url, string redacted)
    {
        var storage = new StorageConnection("AccountName=acme;AccountKey=a2V5;EndpointSuffix=core.windows.net").Connect(new StorageNames());
        using var processor = new SpanRedactor(Redactor, storage);
        using var span = new Activity("GET")
            .SetTag("url.full", url)
            .SetTag("other", "a marked-token-of-webhook")
            .SetStatus(ActivityStatusCode.Error, "a marked-token-of-webhook");

        processor.OnEnd(span);

        span.GetTagItem("url.full").ShouldBe(redacted);
        span.GetTagItem("other").ShouldBe("a ***");
        span.StatusDescription.ShouldBe("a ***");
    }

    [Fact]
    public void Log_WithSecrets_IsRedacted()
    {
        var lines = new List<string>();
        using var factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
        {
            options.IncludeFormattedMessage = true;
            options.AddProcessor(new LogRedactor(Redactor));
            options.AddProcessor(new SimpleLogRecordExportProcessor(new LogTexts(lines)));
        }));
        Exception thrown;
        try
        {
            throw new HttpRequestException("Can't reach marked-token-of-webhook");
        }
        catch (HttpRequestException e)
        {
            thrown = e;
        }

        factory.CreateLogger("Cochin").LogError(thrown, "Sent to {Url}", new Uri("https://discord.com/api/webhooks/1/marked-token-of-webhook"));

        lines.Count.ShouldBeGreaterThan(2);
        lines.ShouldAllBe(line => !line.Contains("marked"));
        lines.ShouldContain(line => line.Contains("System.Net.Http.HttpRequestException: Can't reach ***"));
    }

    /// <summary>Collects all texts of log records that an exporter could send.</summary>
    private sealed class LogTexts(List<string> texts) : BaseExporter<LogRecord>
    {
        public override ExportResult Export(in Batch<LogRecord> batch)
        {
            foreach (var log in batch)
            {
                texts.AddRange([$"{log.FormattedMessage}", $"{log.Body}", $"{log.Exception}", .. log.Attributes!.Select(attribute => $"{attribute.Value}")]);
            }

            return ExportResult.Success;
        }
    }
}
