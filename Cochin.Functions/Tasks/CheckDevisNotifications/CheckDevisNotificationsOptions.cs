namespace Cochin.Functions.Tasks.CheckDevisNotifications;

internal sealed record CheckDevisNotificationsOptions : TaskOptions
{
    public override string Task => TaskNames.CheckDevisNotifications;

    /// <summary>Send again what was announced already, within the window.</summary>
    public bool Force { get; init; }

    /// <summary>Look at this quote only.</summary>
    public string? DevisId { get; init; }

    public override string? Problem => DevisId is { Length: 0 or > LongestKey } ? $"The number of a quote has 1 to {LongestKey} characters." : null;
}
