namespace Cochin.Functions.Tasks.CheckDevisNotifications;

internal sealed record CheckDevisNotificationsOptions : TaskOptions
{
    public override string Task => CheckDevisNotificationsDescription.Name;

    /// <summary>Send again what was announced already, within the window.</summary>
    public bool Force { get; init; }

    /// <summary>Look at this quote only.</summary>
    public string? DevisId { get; init; }
}
