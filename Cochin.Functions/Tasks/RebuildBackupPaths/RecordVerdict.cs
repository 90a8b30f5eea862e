namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>How a record stands to its blob.</summary>
internal enum RecordVerdict
{
    /// <summary>It is not of those that state whether a blob is there.</summary>
    NotJudged,

    /// <summary>It says what is the case.</summary>
    Right,

    /// <summary><c>completed</c>, and the blob is gone.</summary>
    Missing,

    /// <summary><c>file_missing</c> or <c>pruned</c>, and the blob is there.</summary>
    Returned,
}
