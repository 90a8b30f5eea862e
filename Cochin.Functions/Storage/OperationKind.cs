namespace Cochin.Functions.Storage;

/// <summary>The partitions of the operations table.</summary>
internal static class OperationKind
{
    public const string Backup = "backup";
    public const string Restore = "restore";
}
