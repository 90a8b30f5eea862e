using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tasks.SyncDjango;
using Cochin.Functions.Tasks.VerifyBackups;

namespace Cochin.Functions.Tasks;

/// <summary>All tasks. A new task is added here and in its own folder only.</summary>
internal static class TaskCatalog
{
    public static IReadOnlyList<TaskDescription> All { get; } =
    [
        CheckDevisNotificationsDescription.Value,
        CleanupTempFilesDescription.Value,
        CleanupStuckOperationsDescription.Value,
        RebuildBackupPathsDescription.Value,
        VerifyBackupsDescription.Value,
        PruneBackupsDescription.Value,
        SyncDjangoDescription.Value,
    ];

    /// <summary>The actions that are written to the audit log before they are carried out.</summary>
    public static IReadOnlySet<string> AnnouncedActions { get; } =
        All.SelectMany(task => task.Actions).Where(action => action.IsAnnounced).Select(action => action.Name).ToHashSet();

    /// <summary>Returns the task with this name, or null.</summary>
    public static TaskDescription? Find(string name) => All.FirstOrDefault(task => task.Name == name);
}
