namespace Microsoft.Azure.Functions.Worker;

/// <summary>Stands in for the timer extension's type of this name.</summary>
public sealed class ScheduleStatus
{
    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
