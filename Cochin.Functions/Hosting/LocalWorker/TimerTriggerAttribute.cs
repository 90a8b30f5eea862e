namespace Microsoft.Azure.Functions.Worker;

/// <summary>Stands in for the timer extension's attribute of this name: says when the host calls a function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    public string Schedule { get; } = schedule;

    public bool RunOnStartup { get; set; }
}
