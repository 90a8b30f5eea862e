namespace Cochin.Functions.Running;

/// <summary>The first line of a checkpoint: what work it is of. The rest is the task's own.</summary>
internal sealed record CheckpointHeader
{
    /// <summary>Raised when the form of this line changes; a task sees to the form of what follows it.</summary>
    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    public required string Task { get; init; }

    /// <summary>The task's options in words: work that was begun with others is no part of this one.</summary>
    public required string Options { get; init; }

    /// <summary>The container and table that were worked on.</summary>
    public required string Place { get; init; }

    /// <summary>The due time that the work is for; null where only people asked for it.</summary>
    public DateTimeOffset? Occurrence { get; init; }

    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>The run that kept it.</summary>
    public required string KeptBy { get; init; }

    public required DateTimeOffset KeptAt { get; init; }

    /// <summary>How many runs have worked on it.</summary>
    public required int Parts { get; init; }

    public required long Progress { get; init; }
}
