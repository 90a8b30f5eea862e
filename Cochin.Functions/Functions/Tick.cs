namespace Cochin.Functions.Functions;

/// <summary>
/// How often the host calls the functions. On Flex Consumption it evaluates timer schedules in UTC, so the functions only tick. The runner
/// decides in the time zone of the jobs what is due (docs/decisions/0001-occurrences-on-the-wall-clock.md).
/// </summary>
internal static class Tick
{
    public const string Schedule = "0 */15 * * * *";
}
