using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>Checks the settings that are required in Azure. A missing one stops the program, so that it can't use the wrong storage by default.</summary>
internal static class CloudSettings
{
    private const string Insights = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string KeyVaultReference = "@Microsoft.KeyVault(";

    private static readonly string[] OurPrefixes = ["Cochin", "AzureWebJobsStorage", "APPLICATIONINSIGHTS_", "OTEL_"];

    /// <summary>Whether the program runs in a function app in Azure rather than under the Core Tools.</summary>
    public static bool IsAzure(SettingValues values) =>
        (values.IsSet("WEBSITE_SITE_NAME") || values.IsSet("WEBSITE_INSTANCE_ID"))
        && !string.Equals(values.Text("AZURE_FUNCTIONS_ENVIRONMENT"), "Development", StringComparison.OrdinalIgnoreCase);

    public static void Check(IConfiguration configuration, SettingValues values)
    {
        if (IsAzure(values) && !values.IsSet(Insights))
        {
            values.Add(
                Insights,
                "It is missing.",
                "Set it to the connection string of the Application Insights resource. Without it, no alert is sent when a run fails.");
        }

        foreach (var (key, _) in configuration.AsEnumerable().Where(setting => IsOurs(setting.Key) && IsUnresolved(setting.Value)))
        {
            values.Add(
                key,
                "Its Key Vault reference was not resolved.",
                "Assign the role 'Key Vault Secrets User' on the secret to the app's identity, check the names of the vault "
                + "and the secret and the app's keyVaultReferenceIdentity, then restart the app.");
        }
    }

    /// <summary>Whether the value is an unresolved Key Vault reference: the platform leaves it as it is if it can't read the secret.</summary>
    /// <remarks>https://learn.microsoft.com/azure/app-service/app-service-key-vault-references#troubleshoot-key-vault-references</remarks>
    public static bool IsUnresolved(string? value) => value?.TrimStart().StartsWith(KeyVaultReference, StringComparison.OrdinalIgnoreCase) ?? false;

    private static bool IsOurs(string key) => OurPrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
