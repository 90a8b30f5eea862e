namespace Cochin.Functions.Tests.Proof.Secrets;

/// <summary>Every verb at least once. The order matters: a scene takes a range from the start.</summary>
internal static class CommandLines
{
    public static readonly string[][] All =
    [
        ["run", "all"], ["doctor"], ["check_devis_notifications", "--force"], ["status"],
        ["cleanup_temp_files", "--age-hours", "1", "--force", "--verbose"], ["rebuild_backup_paths", "--force", "--verbose"], ["logs"],
        ["report"],
        ["cleanup_stuck_operations", "--hours", "1", "--force", "--show-stats"], ["show"], ["test", "all"], ["history"],
        ["explain", "20261124T020000-d43fd5"], ["logs", "--verify"], ["remove", "rebuild_backup_paths", "--for", "1h"], ["add"],
        ["doctor", "--fix"], ["unlock", "cleanup_temp_files", "--force"], ["rebuild_backup_paths", "--scan-only"],
        ["verify_backups", "--all", "--verbose"], ["prune_backups", "--keep-last", "1", "--dry-run", "--verbose"], ["devis", "list"],
        ["devis", "import", "nowhere.csv"], ["operations", "list"], ["backups", "list"], ["backups", "download", "2"],
        ["backups", "protect", "nobody"],
        ["sync_django", "--database", "nowhere", "--backups", "nowhere"], ["func"], ["run", "nobody"], ["status", "--nonsense"],
    ];
}
