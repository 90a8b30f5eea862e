namespace Cochin.Functions.Tasks;

/// <summary>The four kinds of work, named as in the old application.</summary>
internal static class TaskNames
{
    public const string CheckDevisNotifications = "check_devis_notifications";
    public const string CleanupTempFiles = "cleanup_temp_files";
    public const string CleanupStuckOperations = "cleanup_stuck_operations";
    public const string RebuildBackupPaths = "rebuild_backup_paths";
}
