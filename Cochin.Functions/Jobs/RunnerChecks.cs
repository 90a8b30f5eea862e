using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Jobs;

/// <summary>
/// The column <c>CheckedBy</c> of the jobs table: which runners check on schedule whether a job is due, and when each of them last recorded it,
/// as JSON. A runner records it once an hour, so that a tick with nothing due is usually one read.
/// </summary>
internal static class RunnerChecks
{
    public const string Column = "CheckedBy";

    /// <summary>How often a runner records that it checks a job.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>A runner whose last record is older has stopped. Allows for a run of half an hour and for a clock that is an hour slow.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromHours(3);

    // A container without a fixed host name is another runner after each update.
    private static readonly TimeSpan Retention = TimeSpan.FromDays(30);
    private const int MaxRunners = 10;

    /// <summary>Returns the checks, newest first; none if the column is missing or can't be read.</summary>
    public static IReadOnlyList<RunnerCheck> Read(TableEntity row)
    {
        try
        {
            return row.Text(Column) is { Length: > 0 } json
                && JsonSerializer.Deserialize(json, RunnerChecksJson.Default.DictionaryStringDateTime) is { } times
                ? [.. times.Select(one => new RunnerCheck(one.Key, Utc(one.Value))).OrderByDescending(check => check.At)]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Whether a runner has to record its check. True as well if its clock was set back.</summary>
    /// <param name="isDue">Whether the job is due. A run is not delayed by a request that one of the next ticks can send.</param>
    public static bool MustRecord(IReadOnlyList<RunnerCheck> checks, string runner, DateTimeOffset now, bool isDue) =>
        !checks.Any(check => check.Runner == runner && (now - check.At).Duration() < (isDue ? 2 * Interval : Interval));

    /// <summary>Returns the new value of the column after a check.</summary>
    public static string Add(IReadOnlyList<RunnerCheck> checks, string runner, DateTimeOffset now)
    {
        // Another runner's time in the future comes from a wrong clock: it becomes the current time, so that it is out of date one day.
        var others = checks.Where(check => check.Runner != runner && now - check.At < Retention)
            .Select(check => check.At > now ? check with { At = now } : check)
            .Take(MaxRunners - 1);
        return JsonSerializer.Serialize(
            others.Prepend(new RunnerCheck(runner, now)).ToDictionary(check => check.Runner, check => ToSecond(check.At)),
            RunnerChecksJson.Default.DictionaryStringDateTime);
    }

    private static DateTime ToSecond(DateTimeOffset time) => time.UtcDateTime.AddTicks(-(time.UtcTicks % TimeSpan.TicksPerSecond));

    private static DateTimeOffset Utc(DateTime time) =>
        new(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc));
}

/// <summary>A check of a job by a runner.</summary>
/// <param name="Runner"><c>serve@HOST</c> or <c>functions@APP</c>.</param>
internal readonly record struct RunnerCheck(string Runner, DateTimeOffset At)
{
    public const string Serve = "serve@";
    public const string FunctionApp = "functions@";

    /// <summary>The runner, for a sentence: <c>serve on nas</c>.</summary>
    public string Name =>
        HostAfter(Serve) is { } host ? $"serve on {host}"
        : HostAfter(FunctionApp) is { } app ? $"the function app {app}"
        : Runner;

    /// <summary>What to do if no runner checks the job any more.</summary>
    public string Restart(string job) =>
        HostAfter(Serve) is { } host ? $"Start ./cochin serve on {host} again, or ./cochin serve {job} for this job alone"
        : HostAfter(FunctionApp) is { } app ? $"Check that the function app {app} runs"
        : $"Check that {Runner} runs";

    private string? HostAfter(string kind) => Runner.StartsWith(kind, StringComparison.Ordinal) ? Runner[kind.Length..] : null;
}

[JsonSerializable(typeof(Dictionary<string, DateTime>))]
internal sealed partial class RunnerChecksJson : JsonSerializerContext;
