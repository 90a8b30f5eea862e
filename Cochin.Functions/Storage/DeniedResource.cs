using System.Net;

namespace Cochin.Functions.Storage;

/// <summary>The resource of a denied request, as needed for a role assignment.</summary>
/// <param name="Name">The container or table; null for the whole account.</param>
internal sealed record DeniedResource(StorageService Service, string Account, string? Name)
{
    /// <summary>The built-in role that grants all permissions the program needs.</summary>
    public string Role => $"Storage {Service} Data Contributor";

    public string ReaderRole => $"Storage {Service} Data Reader";

    /// <summary>The narrowest scope for the role assignment.</summary>
    public string Scope => (Service, Name) switch
    {
        (_, null) => $"the storage account '{Account}'",
        (StorageService.Blob, _) => $"the container '{Name}' of the storage account '{Account}'",
        _ => $"the table '{Name}' of the storage account '{Account}'",
    };

    /// <summary>The command that assigns the role.</summary>
    public string Grant =>
        $"az role assignment create --role \"{Role}\" --assignee CLIENT_ID "
        + $"--scope \"$(az storage account show --name {Account} --query id --output tsv){ScopeSuffix}\"";

    // https://learn.microsoft.com/azure/storage/blobs/assign-azure-role-data-access#assign-an-azure-role
    private string ScopeSuffix => (Service, Name) switch
    {
        (_, null) => "",
        (StorageService.Blob, _) => $"/blobServices/default/containers/{Name}",
        _ => $"/tableServices/default/tables/{Name}",
    };

    /// <param name="service">The service that denied the request.</param>
    /// <param name="address">The address of the request. The account is the first label of the host, or, for an emulator, the first path segment.</param>
    public static DeniedResource From(StorageService service, Uri address)
    {
        var segments = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        var isEmulator = IPAddress.TryParse(address.Host, out _) || !address.Host.Contains('.', StringComparison.Ordinal);
        var account = isEmulator ? segments.FirstOrDefault("") : address.Host.Split('.')[0];
        var first = segments.Skip(isEmulator ? 1 : 0).FirstOrDefault("");

        // `CochinRuns(PartitionKey='…',RowKey='…')` is a row, `Tables` the list of tables, `$batch` a transaction.
        var name = service is StorageService.Table ? first.Split('(')[0] : first;
        return new DeniedResource(service, account, name is "" or "$batch" || (service is StorageService.Table && name == "Tables") ? null : name);
    }
}

/// <summary>A service of the storage account. Each has its own roles.</summary>
internal enum StorageService
{
    Blob,
    Table,
}
