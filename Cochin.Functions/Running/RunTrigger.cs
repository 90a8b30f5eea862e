namespace Cochin.Functions.Running;

/// <summary>What made a run start. The names are written to run records and JSON.</summary>
internal enum RunTrigger
{
    Scheduled,
    Manual,
}
