using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>In Azure nothing is left to a default: what is missing there stops the program, instead of sending it to another storage.</summary>
internal static class CloudSettings
{
    private const string Insights = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string KeyVaultReference = "@Microsoft.KeyVault(";

    private static readonly string[] OurPrefixes = ["Cochin", "AzureWebJobsStorage", "APPLICATIONINSIGHTS_", "OTEL_"];

    /// <summary>Whether the program runs in a Functions app in Azure, and not under the Core Tools on somebody's machine.</summary>
    public static bool IsAzure(SettingValues values) =>
        (values.IsSet("WEBSITE_SITE_NAME") || values.IsSet("WEBSITE_INSTANCE_ID"))
        && !string.Equals(values.Text("AZURE_FUNCTIONS_ENVIRONMENT"), "Development", StringComparison.OrdinalIgnoreCase);

    public static void Check(IConfiguration configuration, SettingValues values)
    {
        if (IsAzure(values) && !values.IsSet(Insights))
        {
            values.Add(Insights, "It is missing.", "Set it to the connection string of the Application Insights resource: without it nobody is alerted when a run fails.");
        }

        foreach (var (key, _) in configuration.AsEnumerable().Where(setting => IsOurs(setting.Key) && IsUnresolved(setting.Value)))
        {
            values.Add(key, "Its Key Vault reference was not resolved.", "Give the app's identity the role 'Key Vault Secrets User' on the secret, check the vault's and the secret's name and the app's keyVaultReferenceIdentity, then restart the app.");
        }
    }

    /// <summary>Whether the platform left a reference to Key Vault as it is: it does so where it could not read the secret.</summary>
    /// <remarks>https://learn.microsoft.com/azure/app-service/app-service-key-vault-references#troubleshoot-key-vault-references</remarks>
    public static bool IsUnresolved(string? value) => value?.TrimStart().StartsWith(KeyVaultReference, StringComparison.OrdinalIgnoreCase) ?? false;

    private static bool IsOurs(string key) => OurPrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
