using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tasks.VerifyBackups;

namespace Cochin.Functions.Tasks;

/// <summary>All tasks. A new one is added here and nowhere else outside of its folder.</summary>
internal static class TaskCatalog
{
    public static IReadOnlyList<TaskDescription> All { get; } =
    [
        CheckDevisNotificationsDescription.Value,
        CleanupTempFilesDescription.Value,
        CleanupStuckOperationsDescription.Value,
        RebuildBackupPathsDescription.Value,
        VerifyBackupsDescription.Value,
    ];

    /// <summary>The actions that a line of the audit log goes before.</summary>
    public static IReadOnlySet<string> AnnouncedActions { get; } =
        All.SelectMany(task => task.Actions).Where(action => action.IsAnnounced).Select(action => action.Name).ToHashSet();

    /// <summary>The task of that name, or null.</summary>
    public static TaskDescription? Find(string name) => All.FirstOrDefault(task => task.Name == name);
}
