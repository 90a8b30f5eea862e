using Azure.Core;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Hosting;

/// <summary>Reads the storage connection, using the conventions of the Azure SDK and the Functions host.</summary>
internal static class StorageSettings
{
    public const string OwnKey = "CochinStorage";

    private const string HostKey = "AzureWebJobsStorage";

    /// <summary>Returns the configured connection; null if there is none. Commands then start the embedded Azurite.</summary>
    public static StorageConnection? Read(SettingValues values, bool isNeeded)
    {
        // In Azure, the host's storage is not the account with the backups, so it must never be used as a fallback.
        var key = CloudSettings.IsAzure(values) ? OwnKey : new[] { OwnKey, HostKey }.FirstOrDefault(values.IsSet);
        if (key is null)
        {
            if (isNeeded)
            {
                values.Add(
                    OwnKey,
                    "It is not set.",
                    $"Set CochinStorage__blobServiceUri and CochinStorage__tableServiceUri, or {HostKey}=UseDevelopmentStorage=true for the emulator.");
            }

            return null;
        }

        var section = values.Section(key);
        if (string.IsNullOrWhiteSpace(section.Value))
        {
            return FromAddresses(key, section, values);
        }

        if (values.Text(key) is not { } connectionString)
        {
            values.IgnoreSection(key); // An unresolved reference is reported separately.
            return null;
        }

        foreach (var part in key == OwnKey ? values.Children(key) : [])
        {
            values.AddForSection($"{key}:{part}", $"It is ignored because {key} is set.", $"Remove it, or remove {key}.");
        }

        return FromConnectionString(key, connectionString, values);
    }

    public static StorageNames ReadNames(SettingValues values)
    {
        var fallback = new StorageNames();
        var names = new StorageNames
        {
            BackupContainer = values.Text("Cochin:Storage:BackupContainer") ?? fallback.BackupContainer,
            SystemContainer = values.Text("Cochin:Storage:SystemContainer") ?? fallback.SystemContainer,
            TablePrefix = values.Text("Cochin:Storage:TablePrefix") ?? fallback.TablePrefix,
        };
        names = names with { AuditContainer = values.Text("Cochin:Storage:AuditContainer") ?? names.SystemContainer };

        CheckContainer("BackupContainer", names.BackupContainer, values);
        CheckContainer("SystemContainer", names.SystemContainer, values);
        if (names.BackupContainer == names.SystemContainer)
        {
            values.Add("Cochin:Storage:SystemContainer", "It is also the name of the backup container.", "Locks and the audit log need a separate container.");
        }

        if (names.AuditContainer != names.SystemContainer)
        {
            CheckContainer("AuditContainer", names.AuditContainer, values);
            if (names.AuditContainer == names.BackupContainer)
            {
                values.Add(
                    "Cochin:Storage:AuditContainer",
                    "It is also the name of the backup container.",
                    "Remove it, or use a container for the audit log only.");
            }
        }

        if (!StorageNames.IsTablePrefix(names.TablePrefix))
        {
            values.Add(
                "Cochin:Storage:TablePrefix",
                $"{Quoted.Of(names.TablePrefix)} is not a valid table prefix.",
                "Use 1 to 50 letters and digits, starting with a letter.");
        }

        return names;
    }

    private static void CheckContainer(string setting, string name, SettingValues values)
    {
        if (!StorageNames.IsContainerName(name))
        {
            values.Add(
                $"Cochin:Storage:{setting}",
                $"{Quoted.Of(name)} is not a valid container name.",
                "Use 3 to 63 lower-case letters, digits and single hyphens.");
        }
    }

    private static StorageConnection? FromConnectionString(string key, string connectionString, SettingValues values)
    {
        try
        {
            return new StorageConnection(connectionString);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            // The exception message may contain the account key.
            values.Add(
                key,
                "It is not a storage connection string.",
                "Copy it from the storage account's access keys, or use UseDevelopmentStorage=true for a local emulator.");
            return null;
        }
    }

    private static StorageConnection? FromAddresses(string key, IConfigurationSection section, SettingValues values)
    {
        var blobs = Address(key, section, "blob", values);
        var tables = Address(key, section, "table", values);
        var credential = Credential(key, section, values);
        return blobs is null || tables is null || credential is null ? null : new StorageConnection(blobs, tables, credential);
    }

    private static Uri? Address(string key, IConfigurationSection section, string service, SettingValues values)
    {
        var setting = $"{key}:{service}ServiceUri";
        var (text, account) = (values.Text(setting), values.Text($"{key}:accountName"));
        if (text is null && account is not null)
        {
            text = $"https://{account}.{service}.core.windows.net";
        }

        if (text is null)
        {
            if (!values.IsSet(setting))
            {
                values.Add(
                    setting,
                    "It is missing.",
                    $"Set it to the {service} service's address, e.g. https://ACCOUNT.{service}.core.windows.net, or set {key} to a connection string.");
            }

            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var signed) && (signed.UserInfo.Length > 0 || signed.Query.Length > 0))
        {
            values.Add(
                setting,
                "It contains a user or a signature, but this address is used with an identity.",
                $"Remove the user and everything from the '?', e.g. https://ACCOUNT.{service}.core.windows.net. "
                + $"To use a SAS, set {key} to a connection string.");
            return null;
        }

        // Tokens are sent over TLS only.
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps)
        {
            return address;
        }

        values.Add(
            setting,
            "It is not an https address.",
            $"Use for example https://ACCOUNT.{service}.core.windows.net. For an emulator without TLS, set {key} to its connection string.");
        return null;
    }

    // `credential=managedidentity`, `clientId`, `tenantId`: as read by the Azure SDK and the Functions host.
    private static TokenCredential? Credential(string key, IConfigurationSection section, SettingValues values)
    {
        // The SDK is called despite any problem, so that the settings it reads are tracked.
        var before = values.Problems.Count;
        if (values.Text($"{key}:clientId") is { } client && !Guid.TryParseExact(client, "D", out _))
        {
            values.Add(
                $"{key}:clientId",
                "It is not the client id of an identity.",
                "It looks like 01234567-89ab-cdef-0123-456789abcdef. To find it, type: "
                + "az identity show --name IDENTITY --resource-group GROUP --query clientId");
        }

        // The SDK ignores an unknown type and tries one credential after the other.
        if (values.Text($"{key}:credential") is { } kind && !string.Equals(kind, "managedidentity", StringComparison.OrdinalIgnoreCase))
        {
            values.Add($"{key}:credential", "Unknown credential type.", "Set it to managedidentity in Azure; leave it out if you signed in with `az login`.");
        }

        var collection = new ServiceCollection();
        collection.AddAzureClientsCore();
        using var services = collection.BuildServiceProvider();
        try
        {
            var credential = services.GetRequiredService<AzureComponentFactory>().CreateTokenCredential(section);
            return values.Problems.Count == before ? credential : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException)
        {
            if (values.Problems.Count == before)
            {
                // The exception message may contain the settings.
                values.Add(
                    key,
                    "The credential settings are invalid.",
                    $"In Azure, set {key}__credential=managedidentity and, for a user-assigned identity, {key}__clientId. "
                    + "Remove all other credential settings.");
            }

            return null;
        }
    }
}
