using Cochin.Functions.Hosting.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

public sealed class SecretsOfTextTests
{
    private static readonly Secrets Known = new(new ConfigurationBuilder().AddInMemoryCollection(
    [
        new("CochinStorage", "AccountName=a;AccountKey=bWFya2Vk+a2V5/==;BlobEndpoint=https://a.example/container-of-ours"),
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
    [InlineData("https://a.example/container-of-ours in fr-FR-long-enough", "https://a.example/container-of-ours in fr-FR-long-enough")]
    public void Cut_Text_LosesItsSecretsOnly(string text, string cut) => Known.Cut(text).ShouldBe(cut);

    [Fact]
    public void Log_WithASecretAnywhere_LosesIt()
    {
        var lines = new List<string>();
        using var factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
        {
            options.IncludeFormattedMessage = true;
            options.AddProcessor(new SecretsOfLogs(Known));
            options.AddProcessor(new SimpleLogRecordExportProcessor(new LineExporter<LogRecord>(lines.Add, log => [.. Lines.Of(log), .. log.Attributes!.Select(attribute => $"{attribute.Value}")])));
        }));
        Exception thrown;
        try
        {
            throw new HttpRequestException("No way to marked-token-of-webhook");
        }
        catch (HttpRequestException e)
        {
            thrown = e;
        }

        factory.CreateLogger("Cochin").LogError(thrown, "It went to {Url}", new Uri("https://discord.com/api/webhooks/1/marked-token-of-webhook"));

        lines.Count.ShouldBeGreaterThan(2);
        lines.ShouldAllBe(line => !line.Contains("marked"));
        lines.ShouldContain(line => line.Contains("System.Net.Http.HttpRequestException: No way to ***"));
    }
}
