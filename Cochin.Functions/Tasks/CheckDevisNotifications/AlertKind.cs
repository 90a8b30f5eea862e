namespace Cochin.Functions.Tasks.CheckDevisNotifications;

internal enum AlertKind
{
    /// <summary>On the day a quote's work starts.</summary>
    Start,

    /// <summary>On the day it is due.</summary>
    End,
}
