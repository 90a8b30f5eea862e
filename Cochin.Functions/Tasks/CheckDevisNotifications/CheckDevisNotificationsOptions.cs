namespace Cochin.Functions.Tasks.CheckDevisNotifications;

internal sealed record CheckDevisNotificationsOptions : TaskOptions
{
    public override string Task => CheckDevisNotificationsDescription.Name;

    /// <summary>Send alerts again even if they were already sent.</summary>
    public bool Force { get; init; }

    /// <summary>Check only this quote.</summary>
    public string? DevisId { get; init; }
}
