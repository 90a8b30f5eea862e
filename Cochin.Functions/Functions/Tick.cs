namespace Cochin.Functions.Functions;

/// <summary>
/// When the host calls the functions. It evaluates timers in UTC on Flex Consumption, so they only tick; the runner decides in
/// the jobs' own time zone what is due (docs/decisions/0001-occurrences-on-the-wall-clock.md).
/// </summary>
internal static class Tick
{
    public const string Schedule = "0 */15 * * * *";
}
