namespace Cochin.Functions.Running;

/// <summary>The settings of the run records.</summary>
internal sealed record RunHistoryOptions
{
    /// <summary>How long a record is kept.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);
}
