using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

/// <summary>Runs the program with secrets in its settings and tests that telemetry contains none of them.</summary>
public sealed class SecretsTests(AzuriteServer server) : CommandTest(server), IAsyncDisposable
{
    private readonly FakeIngestion ingestion = new();
    private readonly FakeDiscord discord = new();

    public override async ValueTask DisposeAsync()
    {
        await ingestion.DisposeAsync();
        await discord.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task Run_PostsToTheWebhook_SendsOnlyItsHost(int answer)
    {
        if (answer == 302)
        {
            discord.Redirect(discord.Url);
        }
        else
        {
            discord.Answer(answer);
        }

        await AddQuoteAsync();
        await EmitAsync(ConnectionString, discord.Url);

        discord.Requests.ShouldNotBeEmpty();
        var post = ingestion.ItemsOf("RemoteDependencyData").First(item => item.ToString().Contains($":{discord.Url.Port}", StringComparison.Ordinal));
        post.Data.GetProperty("data").GetString().ShouldBe($"http://{discord.Url.Authority}/");
        post.Data.GetProperty("resultCode").GetString().ShouldBe($"{answer}");
        ingestion.Everything.ShouldNotContain("secret-token");
        ingestion.Everything.ShouldNotContain("/webhooks/");
    }

    [Fact]
    public async Task Run_WebhookUnavailable_DoesNotSendItsKey()
    {
        await AddQuoteAsync();
        await discord.DisposeAsync();

        await EmitAsync(ConnectionString, discord.Url);

        ingestion.ItemsOf("RemoteDependencyData").ShouldNotBeEmpty();
        ingestion.Everything.ShouldNotContain("secret-token");
    }

    [Fact]
    public async Task Run_StorageWithSharedKey_DoesNotSendTheKey()
    {
        await EmitAsync(ConnectionString, discord.Url);

        ingestion.ItemsOf("RemoteDependencyData").ShouldNotBeEmpty();
        ingestion.Everything.ShouldNotContain(AccountKey);
        ingestion.Everything.ShouldNotContain("SharedKey");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_StorageWithSas_DoesNotSendTheSignature(bool isValid)
    {
        var sas = Sas();
        var signature = sas.Split("sig=")[1];
        if (!isValid)
        {
            sas = sas.Replace(signature, signature = "marked" + signature[6..]);
        }

        var endpoints = ConnectionString.Split(';').Where(part => part.Contains("Endpoint="));
        await EmitAsync(string.Join(';', endpoints.Append("SharedAccessSignature=" + sas)), discord.Url);

        ingestion.ItemsOf("RemoteDependencyData").ShouldNotBeEmpty();
        ingestion.Everything.ShouldContain(isValid ? "\"Completed\"" : "\"Failed\"");
        ingestion.Everything.ShouldNotContain(signature);
        ingestion.Everything.ShouldNotContain(Uri.UnescapeDataString(signature));
        ingestion.Everything.ShouldNotContain("sig=");
    }

    private string AccountKey => ConnectionString.Split("AccountKey=")[1].Split(';')[0];

    private Task AddQuoteAsync() =>
        AddDevisAsync("D1", ("Montant", "10.00"), ("Statut", true), ("DateDebut", TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", null)));

    private string Sas() => new BlobServiceClient(ConnectionString)
        .GenerateAccountSasUri(new AccountSasBuilder(
            AccountSasPermissions.All,
            TimeProvider.System.GetUtcNow().AddHours(1),
            AccountSasServices.Blobs | AccountSasServices.Tables,
            AccountSasResourceTypes.All))
        .Query.TrimStart('?');

    private async Task EmitAsync(string storage, Uri webhook) => await CochinProcess.RunAsync(
        [
            .. Settings.Where(setting => setting.Key != "CochinStorage"),
            new("CochinStorage", storage),
            new("Cochin__Discord__WebhookUrl", webhook.ToString()),
            new("Cochin__Discord__AllowAnyHost", "true"),
            new("Cochin__Discord__MaxAttempts", "2"),
            ingestion.AzureMonitor,
            .. ingestion.Otlp,
        ],
        "run",
        "check_devis_notifications");
}
