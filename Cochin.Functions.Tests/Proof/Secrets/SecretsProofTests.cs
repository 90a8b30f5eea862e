using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;
using Cochin.Functions.Tests.Proof.Input;
using Cochin.Functions.Tests.Tasks.VerifyBackups;
using static Cochin.Functions.Tests.Proof.Secrets.MarkedSecrets;

namespace Cochin.Functions.Tests.Proof.Secrets;

/// <summary>Marked secrets in each setting that may hold one, every verb in processes of its own, and a search through all that came out.</summary>
public sealed class SecretsProofTests : CommandTest, IAsyncDisposable
{
    private readonly FakeDiscord discord = new();
    private readonly FakeIngestion ingestion = new();
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("cochin-");
    private readonly List<string> pings = [];
    private readonly HttpStub watcher;
    private int commands;

    public SecretsProofTests(AzuriteServer server)
        : base(server) => watcher = new HttpStub((request, response) =>
        {
            using var body = new StreamReader(request.InputStream);
            pings.Add(body.ReadToEnd());
            response.StatusCode = request.Url!.Query.Contains("fail", StringComparison.Ordinal) ? 500 : 200;
            return "";
        });

    private string AccountKey => AccountKeyOf(ConnectionString);

    private string Webhook => $"http://{discord.Url.Authority}/api/webhooks/1/{Token}";

    private KeyValuePair<string, string>[] Common =>
    [
        .. Settings,
        new("COCHIN_ROOT", root.FullName),
        new("Cochin__Discord__WebhookUrl", Webhook),
        new("Cochin__Discord__AllowAnyHost", "true"),
        new("Cochin__Discord__MaxAttempts", "1"),
        new("Cochin__Discord__TimeoutSeconds", "2"),
        .. new[] { "check_devis_notifications", "cleanup_temp_files", "cleanup_stuck_operations", "rebuild_backup_paths" }
            .Select(job => new KeyValuePair<string, string>($"Cochin__Jobs__{job}__PingUrl", $"{watcher.Url}/{Check}")),
        new("Cochin__Backups__DjangoSecretKey", DjangoKey),
        .. ingestion.Otlp,
        new("OTEL_EXPORTER_OTLP_HEADERS", $"authorization=Bearer%20{Header}"),
        new("APPLICATIONINSIGHTS_CONNECTION_STRING", $"InstrumentationKey={InstrumentationKey};IngestionEndpoint=http://127.0.0.1:1/"),
    ];

    public override async ValueTask DisposeAsync()
    {
        root.Delete(recursive: true);
        await discord.DisposeAsync();
        await ingestion.DisposeAsync();
        await watcher.DisposeAsync();
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Secrets_InEverySetting_NeverComeOut()
    {
        var signature = Sas().Split("sig=")[1].Split('&')[0];
        var leaks = new Leaks([AccountKey, Token, Check, Header, ClientSecret, InstrumentationKey, OtherKey, OtherSignature, signature, DjangoKey]);
        await AddWorkAsync();
        var away = $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey={OtherKey};BlobEndpoint=http://127.0.0.1:1/a;TableEndpoint=http://127.0.0.1:1/a;";
        (string What, Range Verbs, KeyValuePair<string, string>[] Settings)[] scenes =
        [
            ("all well", ProofScale.Of(..9, ..), []),
            ("webhook answers 401, watcher 500", ProofScale.Of(..2, ..9), [new("Cochin__Jobs__cleanup_temp_files__PingUrl", $"{watcher.Url}/{Check}?fail")]),
            ("webhook redirects", ProofScale.Of(2..3, ..3), []),
            ("webhook and watcher away", ProofScale.Of(..1, ..9),
            [
                new("Cochin__Discord__WebhookUrl", $"http://127.0.0.1:1/api/webhooks/1/{Token}"),
                new("Cochin__Jobs__cleanup_temp_files__PingUrl", $"http://{ClientSecret}@127.0.0.1:1/{Check}"),
            ]),
            ("storage by SAS", ProofScale.Of(..1, ..9), [new("CochinStorage", WithSas(Sas()))]),
            ("SAS with a wrong signature", ProofScale.Of(..2, ..9),
            [
                new("CochinStorage", WithSas(Sas().Replace(signature, Uri.EscapeDataString(OtherSignature), StringComparison.Ordinal))),
            ]),
            ("wrong key", ProofScale.Of(..2, ..9), [new("CochinStorage", ConnectionString.Replace(AccountKey, OtherKey, StringComparison.Ordinal))]),
            ("storage away", ProofScale.Of(3..4, ..4), [new("CochinStorage", away)]),
            ("connection string that is none", ProofScale.Of(..1, ..4),
            [
                new("CochinStorage", $"AccountName=a;AccountKey={OtherKey}!;BlobEndpoint={OtherSignature}"),
            ]),
            ("addresses with signatures", ProofScale.Of(..1, ..4),
            [
                new("CochinStorage", ""),
                new("CochinStorage__blobServiceUri", $"https://127.0.0.1:1/a?sig={OtherSignature}"),
                new("CochinStorage__tableServiceUri", $"https://{ClientSecret}@127.0.0.1:1/a"),
            ]),
            ("an application's secret, and nobody to sign in with", ProofScale.Of(3..4, ..4),
            [
                new("CochinStorage", ""),
                new("CochinStorage__blobServiceUri", "https://127.0.0.1:1/a"),
                new("CochinStorage__tableServiceUri", "https://127.0.0.1:1/a"),
                new("AZURE_AUTHORITY_HOST", "https://127.0.0.1:1/"),
                new("CochinStorage__tenantId", "11111111-1111-1111-1111-111111111111"),
                new("CochinStorage__clientId", "11111111-1111-1111-1111-111111111111"),
                new("CochinStorage__clientSecret", ClientSecret),
            ]),
            ("a tenant that is none", ProofScale.Of(3..4, ..4),
            [
                new("CochinStorage", ""),
                new("CochinStorage__blobServiceUri", "https://127.0.0.1:1/a"),
                new("CochinStorage__tableServiceUri", "https://127.0.0.1:1/a"),
                new("CochinStorage__tenantId", $"/{OtherSignature}!"),
                new("CochinStorage__clientId", "11111111-1111-1111-1111-111111111111"),
                new("CochinStorage__clientSecret", ClientSecret),
            ]),
            ("telemetry's settings are broken", ProofScale.Of(..1, ..2),
            [
                new("APPLICATIONINSIGHTS_CONNECTION_STRING", InstrumentationKey),
                new("OTEL_EXPORTER_OTLP_ENDPOINT", Header),
            ]),
        ];

        foreach (var (what, verbs, settings) in scenes)
        {
            foreach (var (i, verb) in CommandLines.All[verbs].Index())
            {
                foreach (var isJson in ProofScale.IsWhole ? [false, true] : new[] { i % 2 == 1 })
                {
                    Prepare(what);
                    await RunAsync(leaks, what, settings, [.. verb, .. isJson ? ["--json"] : Array.Empty<string>()]);
                }
            }
        }

        await ServeAsync(leaks);
        await SearchStoredAsync(leaks);

        leaks.Found.ShouldBeEmpty();
        discord.Requests.ShouldContain(request => request.AbsolutePath.Contains(Token), "the webhook was used");
        pings.ShouldNotBeEmpty("the watcher was told");
        ProofReport.Write(
            "8.1",
            "Secrets",
            "Marked secrets in each setting that may hold one, right and wrong; "
            + "everything that processes wrote, sent and stored was searched for them: plain, URL-encoded, in base64 and in JSON.",
            ["settings", "scenes", "commands", "texts searched", "characters", "leaks"],
            [[10, scenes.Length, commands, leaks.Places, leaks.Characters, leaks.Found.Count]]);
    }

    // Something to do for each job, so that there is something to tell.
    private async Task AddWorkAsync()
    {
        var today = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", null);
        await AddDevisAsync("D1", ("Montant", "10.00"), ("Statut", true), ("DateDebut", today), ("DateRendu", "never"));
        await AddOperationAsync("backup", "1", ("Status", "running"), ("CreatedAt", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        await AddOperationAsync("backup", "2", ("Status", "completed"), ("BlobName", "storage/gone.zip"));
        await UploadAsync("temp/old", TimeSpan.FromHours(30));
        await UploadAsync("storage/nightly/a.zip", TimeSpan.FromHours(30));
        await UploadAsync(
            "storage/nightly/b.encrypted",
            TimeSpan.FromHours(30),
            content: Encoding.ASCII.GetString(TestData.Frames(TestData.Token(TestData.Text))));
        await AddOperationAsync("backup", "3", ("Status", "completed"), ("BlobName", "storage/nightly/b.encrypted"), ("KeyOwner", "7_marie_curie"));
    }

    private void Prepare(string what)
    {
        _ = what switch
        {
            "webhook answers 401, watcher 500" => discord.Refuse(401, 50027, $"Invalid Webhook Token for {Webhook}"),
            "webhook redirects" => discord.Redirect(new Uri(Webhook + "/elsewhere")),
            _ => discord,
        };
    }

    private async Task RunAsync(Leaks leaks, string what, KeyValuePair<string, string>[] settings, string[] line)
    {
        var names = settings.Select(setting => setting.Key).ToHashSet();
        var result = await CochinProcess.RunAsync([.. Common.Where(setting => !names.Contains(setting.Key)), .. settings], line);
        commands++;
        var place = $"{what}, {string.Join(' ', line)} (exit {result.ExitCode})";
        leaks.Search(place + ", standard output", result.Output);
        leaks.Search(place + ", standard error", result.Errors);
    }

    private async Task ServeAsync(Leaks leaks)
    {
        using var serve = CochinProcess.Start([.. Common, new("Cochin__Jobs__cleanup_temp_files__Schedule", "* * * * * *")], "serve");
        await serve.ErrorLineAsync();
        await Wait.UntilAsync(
            async () => await Storage.Runs.QueryAsync<TableEntity>("Trigger eq 'Scheduled'", cancellationToken: Cancellation).AnyAsync(Cancellation),
            Cancellation);
        await serve.SignalAsync("TERM");
        var result = await serve.EndAsync();
        commands++;
        leaks.Search("serve, standard output", result.Output);
        leaks.Search("serve, standard error", result.Errors);
    }

    private async Task SearchStoredAsync(Leaks leaks)
    {
        var blobs = Storage.System.GetBlobsAsync(
            traits: Azure.Storage.Blobs.Models.BlobTraits.Metadata,
            states: default,
            prefix: null,
            cancellationToken: Cancellation);
        await foreach (var blob in blobs)
        {
            var content = (await Storage.System.GetBlobClient(blob.Name).DownloadContentAsync(Cancellation)).Value.Content;
            leaks.Search($"blob {blob.Name}", string.Join(' ', blob.Metadata) + content);
        }

        foreach (var table in new[] { Storage.Operations, Storage.Devis, Storage.Jobs, Storage.Runs })
        {
            var rows = await table.QueryAsync<TableEntity>(cancellationToken: Cancellation).Select(row => string.Join(' ', row)).ToListAsync(Cancellation);
            leaks.Search($"table {table.Name}", string.Join('\n', rows));
        }

        leaks.Search("Discord", string.Join('\n', discord.Delivered));
        leaks.Search("pings", string.Join('\n', pings));
        leaks.Search("collector", ingestion.Everything);
        foreach (var file in root.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            leaks.Search($"file {file.Name}", await File.ReadAllTextAsync(file.FullName, Cancellation));
        }
    }

    private string WithSas(string sas) =>
        string.Join(
            ';',
            ConnectionString.Split(';').Where(part => part.Contains("Endpoint=", StringComparison.Ordinal)).Append("SharedAccessSignature=" + sas));

    private string Sas() => new BlobServiceClient(ConnectionString)
        .GenerateAccountSasUri(new AccountSasBuilder(
            AccountSasPermissions.All,
            new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero),
            AccountSasServices.Blobs | AccountSasServices.Tables,
            AccountSasResourceTypes.All))
        .Query.TrimStart('?');
}
