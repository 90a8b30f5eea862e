using System.Text.Json;

namespace Cochin.Functions.Tests.Infra;

/// <summary>The resources of <c>alerts.bicep</c> according to `bicep snapshot`, for two jobs, with and without addresses.</summary>
public sealed class AlertsSnapshot : IAsyncLifetime
{
    public const string Workspace =
        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/cochin/providers/Microsoft.OperationalInsights/workspaces/log-abc";
    public const string Storage = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/cochin/providers/Microsoft.Storage/storageAccounts/stabc";

    public IReadOnlyList<JsonElement> Resources { get; private set; } = [];

    public IReadOnlyList<JsonElement> ResourcesWithoutAddresses { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Resources = await PredictAsync("param alertEmail = 'operator@example.org'\nparam alertWebhookUrl = 'https://example.org/hook'");
        ResourcesWithoutAddresses = await PredictAsync("");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<IReadOnlyList<JsonElement>> PredictAsync(string addresses)
    {
        var folder = Directory.CreateTempSubdirectory("cochin-alerts-");
        try
        {
            var module = Path.GetRelativePath(folder.FullName, Path.Combine(InfraFolder.Path, "modules", "alerts.bicep")).Replace('\\', '/');
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "alerts.bicepparam"),
                $$"""
                using '{{module}}'
                param location = 'francecentral'
                param tags = { app: 'cochin' }
                param nameToken = 'abc'
                param workspaceId = '{{Workspace}}'
                param storageAccountId = '{{Storage}}'
                param jobs = [{ name: 'check_devis_notifications', limitHours: 26 }, { name: 'rebuild_backup_paths', limitHours: 172 }]
                {{addresses}}
                """);

            await BicepCli.RunAsync(
                folder.FullName,
                "snapshot",
                "alerts.bicepparam",
                "--subscription-id", Workspace.Split('/')[2],
                "--resource-group", "cochin",
                "--location", "francecentral");

            using var snapshot = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "alerts.snapshot.json")));
            return [.. snapshot.RootElement.GetProperty("predictedResources").EnumerateArray().Select(resource => resource.Clone())];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
