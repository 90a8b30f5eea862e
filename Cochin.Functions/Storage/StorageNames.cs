using System.Text.RegularExpressions;

namespace Cochin.Functions.Storage;

/// <summary>Where in the storage account things are; each name can be set.</summary>
internal sealed partial record StorageNames
{
    public string BackupContainer { get; init; } = "backups";

    public string SystemContainer { get; init; } = "cochin";

    /// <summary>Where the audit log is: the system container, unless it has one of its own that nobody may change.</summary>
    public string AuditContainer
    {
        get => field ?? SystemContainer;
        init;
    }

    public string TablePrefix { get; init; } = "Cochin";

    /// <summary>Whether the service would accept the name of a container.</summary>
    /// <remarks>https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata</remarks>
    public static bool IsContainerName(string name) => ContainerName().IsMatch(name);

    /// <summary>Whether a table named by the prefix and a word of ours would be accepted.</summary>
    /// <remarks>https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model</remarks>
    public static bool IsTablePrefix(string prefix) => TablePrefixPattern().IsMatch(prefix);

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex ContainerName();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{0,49}$")]
    private static partial Regex TablePrefixPattern();
}
