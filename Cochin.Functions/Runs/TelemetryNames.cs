using Cochin.Functions.Jobs;

namespace Cochin.Functions.Runs;

/// <summary>The names in the telemetry of runs. Alerts and the workbook in <c>infra/</c> query them, so they are a contract.</summary>
internal static class TelemetryNames
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Source = "Cochin";

    public const string RunId = "cochin.run.id";
    public const string Job = "cochin.job";
    public const string Task = "cochin.task";
    public const string Trigger = "cochin.trigger";
    public const string DryRun = "cochin.dry_run";
    public const string Occurrence = "cochin.occurrence";
    public const string Outcome = "cochin.outcome";
    public const string Reason = "cochin.reason";
    public const string Count = "cochin.count.";
    public const string ByteCount = "cochin.bytes.";
    public const string Item = "cochin.item";
    public const string LockScope = "cochin.lock.scope";
    public const string LockResult = "cochin.lock.result";
    public const string JobEnabled = "cochin.job.enabled";

    /// <summary>https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/</summary>
    public const string ErrorType = "error.type";

    public const string RunDuration = "cochin.run.duration";
    public const string RunOutcome = "cochin.run.outcome";
    public const string Items = "cochin.items";
    public const string Bytes = "cochin.bytes";
    public const string LockWait = "cochin.lock.wait";
    public const string LastSuccessAge = "cochin.job.last_success_age";

    /// <summary>The value of <see cref="Trigger"/>. Alerts on a job exclude typed tasks of the same name.</summary>
    public static string TriggerOf(RunTrigger trigger, bool isTyped) => isTyped ? Typed : trigger.ToString();

    private const string Typed = "Typed";
}
