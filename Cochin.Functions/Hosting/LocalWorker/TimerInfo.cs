namespace Microsoft.Azure.Functions.Worker;

/// <summary>Stands in for the timer extension's type of this name: what the host tells about a tick.</summary>
public sealed class TimerInfo
{
    public ScheduleStatus? ScheduleStatus { get; set; }

    public bool IsPastDue { get; set; }
}
