namespace Cochin.Functions.Tasks.RebuildBackupPaths;

internal enum ChangeOutcome
{
    Made,

    /// <summary>On the second look there was nothing to do any more, or no longer the same.</summary>
    LeftAlone,

    /// <summary>The service refused.</summary>
    Failed,
}
