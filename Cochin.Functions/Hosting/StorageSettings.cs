using Azure.Core;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Hosting;

/// <summary>Finds out where the storage is, by the conventions of the Azure SDK and the Functions host.</summary>
internal static class StorageSettings
{
    public const string OwnKey = "CochinStorage";

    private const string HostKey = "AzureWebJobsStorage";

    /// <summary>The connection that is set, or null where none is: then a command starts its own Azurite.</summary>
    public static StorageConnection? Read(SettingValues values, bool isNeeded)
    {
        // In Azure the host's storage is another account than that with the backups: never to be taken for it in silence.
        var key = CloudSettings.IsAzure(values) ? OwnKey : new[] { OwnKey, HostKey }.FirstOrDefault(values.IsSet);
        if (key is null)
        {
            if (isNeeded)
            {
                values.Add(OwnKey, "It is not set.", $"Set CochinStorage__blobServiceUri and CochinStorage__tableServiceUri, or {HostKey}=UseDevelopmentStorage=true for an emulator.");
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
            values.LeaveUnread(key); // A reference that was not resolved is reported by itself.
            return null;
        }

        foreach (var part in key == OwnKey ? values.Children(key) : [])
        {
            values.AddForAll($"{key}:{part}", $"It is not read, as {key} itself is set.", $"Remove it, or remove {key}.");
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
            values.Add("Cochin:Storage:SystemContainer", "It is the backup container's name too.", "Locks and audit need a container of their own.");
        }

        if (names.AuditContainer != names.SystemContainer)
        {
            CheckContainer("AuditContainer", names.AuditContainer, values);
            if (names.AuditContainer == names.BackupContainer)
            {
                values.Add("Cochin:Storage:AuditContainer", "It is the backup container's name too.", "Leave it out, or name a container that has nothing else in it.");
            }
        }

        if (!StorageNames.IsTablePrefix(names.TablePrefix))
        {
            values.Add("Cochin:Storage:TablePrefix", $"{Quoted.Of(names.TablePrefix)} can't begin a table's name.", "1 to 50 letters and digits, a letter first.");
        }

        return names;
    }

    private static void CheckContainer(string setting, string name, SettingValues values)
    {
        if (!StorageNames.IsContainerName(name))
        {
            values.Add($"Cochin:Storage:{setting}", $"{Quoted.Of(name)} is not a container's name.", "3 to 63 lower-case letters, digits and single hyphens.");
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
            // The message may quote the string, and with it the key.
            values.Add(key, "It is not a storage connection string.", "Copy it from the storage account's access keys, or use UseDevelopmentStorage=true for a local emulator.");
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
                values.Add(setting, "It is missing.", $"Set it to the {service} service's address, e.g. https://ACCOUNT.{service}.core.windows.net, or set {key} to a connection string.");
            }

            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var signed) && (signed.UserInfo.Length > 0 || signed.Query.Length > 0))
        {
            values.Add(setting, "It has a user or a signature in it, which is not how an identity signs in.", $"Leave of it what comes before the '?', without a user, e.g. https://ACCOUNT.{service}.core.windows.net; a SAS belongs into {key} as a connection string.");
            return null;
        }

        // An identity's token is sent over TLS only.
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps)
        {
            return address;
        }

        values.Add(setting, "It is not an https address.", $"E.g. https://ACCOUNT.{service}.core.windows.net; for an emulator without TLS set {key} to its connection string.");
        return null;
    }

    // `credential=managedidentity`, `clientId`, `tenantId`: as the Azure SDK and the Functions host read them.
    private static TokenCredential? Credential(string key, IConfigurationSection section, SettingValues values)
    {
        // The SDK is asked whatever is wrong, as it is what reads the other settings.
        var before = values.Problems.Count;
        if (values.Text($"{key}:clientId") is { } client && !Guid.TryParseExact(client, "D", out _))
        {
            values.Add($"{key}:clientId", "It is not the client id of an identity.", "It looks like 01234567-89ab-cdef-0123-456789abcdef: az identity show --name IDENTITY --resource-group GROUP --query clientId");
        }

        // The SDK takes a kind that it does not know for none at all, and tries one way to sign in after the other.
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
                // The message may quote what is set.
                values.Add(
                    key,
                    "Its settings for signing in can't be used.",
                    $"In Azure set {key}__credential=managedidentity and, for a user-assigned identity, {key}__clientId; set no other settings for signing in.");
            }

            return null;
        }
    }
}
