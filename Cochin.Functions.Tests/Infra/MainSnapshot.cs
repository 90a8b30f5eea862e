using System.Text.Json;

namespace Cochin.Functions.Tests.Infra;

/// <summary>All resources of <c>main.bicep</c> according to `bicep snapshot`, with defaults and with all options enabled.</summary>
public sealed class MainSnapshot : IAsyncLifetime
{
    public const string Operator = "22222222-2222-2222-2222-222222222222";
    public const string Webhook = "https://discord.com/api/webhooks/1/MARKED";

    public const string SecretKey = "django-MARKED";

    private const string Subscription = "11111111-1111-1111-1111-111111111111";

    private const string Everything =
        $"""
        param discord = true
        param discordWebhookUrl = '{Webhook}'
        param backupDecryption = true
        param djangoSecretKey = '{SecretKey}'
        param djangoIdentity = true
        param privateNetworking = true
        param operatorPrincipalId = '{Operator}'
        param auditImmutabilityDays = 30
        param auditRetentionDays = 400
        param temporaryAreas = ['cache', 'work/import/', 'storage/']
        param furtherJobs = [@@ name: 'uploads_hourly', limitHours: 3 @@]
        param settings = @@ Cochin__History__Days: '30', Cochin__Retention__KeepLast: '7', Cochin__Jobs__rebuild_backup_paths__Enabled: 'false' @@
        """;

    public IReadOnlyList<JsonElement> Default { get; private set; } = [];

    public IReadOnlyList<JsonElement> All { get; private set; } = [];

    /// <summary>With another limit for the alert of a default job, and settings that are no retention policy.</summary>
    public IReadOnlyList<JsonElement> Adjusted { get; private set; } = [];

    public IReadOnlyList<JsonElement> Redeployed { get; private set; } = [];

    /// <summary><c>main.bicep</c> as a template, and what the compiler reported.</summary>
    public (string Output, string Errors) Compiled { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Compiled = await BicepCli.RunAsync(InfraFolder.Path, "build", "main.bicep", "--stdout");
        Default = await PredictAsync("shop", "");
        All = await PredictAsync("shop", Everything.Replace("@@ ", "{ ", StringComparison.Ordinal).Replace(" @@", " }", StringComparison.Ordinal));
        Adjusted = await PredictAsync(
            "shop",
            "param furtherJobs = [{ name: 'verify_backups', limitHours: 180 }]\n"
            + "param settings = { Cochin__Retention__FromConfigurations: 'False', Cochin__Retention__KeepLast: '0', Cochin__Retention__KeepDaily: '' }");
        Redeployed = await PredictAsync("shop", "param discord = true\nparam backupDecryption = true");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static async Task<IReadOnlyList<JsonElement>> PredictAsync(string environmentName, string parameters)
    {
        var folder = Directory.CreateTempSubdirectory("cochin-infra-");
        try
        {
            var main = Path.GetRelativePath(folder.FullName, Path.Combine(InfraFolder.Path, "main.bicep")).Replace('\\', '/');
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "main.bicepparam"),
                $"using '{main}'\nparam environmentName = '{environmentName}'\nparam location = 'francecentral'\n{parameters}\n");
            await BicepCli.RunAsync(folder.FullName, "snapshot", "main.bicepparam", "--subscription-id", Subscription, "--location", "francecentral");

            using var snapshot = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "main.snapshot.json")));
            return [.. snapshot.RootElement.GetProperty("predictedResources").EnumerateArray().Select(resource => resource.Clone())];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
