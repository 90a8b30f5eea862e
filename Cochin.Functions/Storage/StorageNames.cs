using System.Text.RegularExpressions;

namespace Cochin.Functions.Storage;

/// <summary>The names of containers and tables; each can be set.</summary>
internal sealed partial record StorageNames
{
    public string BackupContainer { get; init; } = "backups";

    public string SystemContainer { get; init; } = "cochin";

    /// <summary>The container of the audit log: the system container, unless a separate one is set, for example an immutable one.</summary>
    public string AuditContainer
    {
        get => field ?? SystemContainer;
        init;
    }

    public string TablePrefix { get; init; } = "Cochin";

    /// <summary>Whether the name is a valid container name.</summary>
    /// <remarks>https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata</remarks>
    public static bool IsContainerName(string name) => ContainerName().IsMatch(name);

    /// <summary>Whether the prefix gives valid table names.</summary>
    /// <remarks>https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model</remarks>
    public static bool IsTablePrefix(string prefix) => TablePrefixPattern().IsMatch(prefix);

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex ContainerName();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{0,49}$")]
    private static partial Regex TablePrefixPattern();
}
