using Cochin.Functions.Tasks.Operations;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

internal sealed record CleanupTempFilesOptions : TaskOptions
{
    public override string Task => CleanupTempFilesDescription.Name;

    /// <summary>The age from which a unit is old.</summary>
    public double AgeHours { get; init; } = 24;

    /// <summary>The areas to clean; null for all areas of the settings.</summary>
    public TempAreas? Areas { get; init; }
}
