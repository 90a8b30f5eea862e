namespace Microsoft.Azure.Functions.Worker;

/// <summary>Stands in for the timer extension's type of this name: what the host tells about a tick. The functions look at none of it.</summary>
public sealed class TimerInfo;
