namespace Cochin.Functions.Tasks.CleanupTempFiles;

internal sealed record CleanupTempFilesOptions : TaskOptions
{
    private const double LongestHours = 87_600;

    public override string Task => TaskNames.CleanupTempFiles;

    /// <summary>From which age on a unit is old.</summary>
    public double AgeHours { get; init; } = 24;

    public override string? Problem => AgeHours is >= 0 and <= LongestHours
        ? null
        : $"The age is from 0 to {LongestHours} hours.";
}
