using System.Diagnostics;
using OpenTelemetry;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Limits the number of exported calls per run, because each is billed and deleting ten thousand blobs takes ten thousand calls. Successful and
/// failed calls have separate limits.
/// </summary>
internal sealed class CallLimiter : BaseProcessor<Activity>
{
    /// <summary>The attribute of the run's span with the number of calls that were not exported.</summary>
    public const string LeftOutAttribute = "cochin.calls.left_out";

    /// <summary>The limit for successful calls, and the one for failed calls.</summary>
    public const int MaxCalls = 200;

    public override void OnEnd(Activity data)
    {
        if (RunSpans.Find(data) is not { } run)
        {
            return;
        }

        if (run == data)
        {
            if (Find(run) is { LeftOut: > 0 and var leftOut })
            {
                run.SetTag(LeftOutAttribute, (long)leftOut);
            }
        }
        else if (!FindOrAdd(run).TryCount(failed: data.Status == ActivityStatusCode.Error))
        {
            // The exporters, which run after this processor, skip spans that are not recorded.
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    private static Tally? Find(Activity run) => run.GetCustomProperty(nameof(CallLimiter)) as Tally;

    private static Tally FindOrAdd(Activity run)
    {
        if (Find(run) is { } found)
        {
            return found;
        }

        lock (run)
        {
            var tally = Find(run) ?? new Tally();
            run.SetCustomProperty(nameof(CallLimiter), tally);
            return tally;
        }
    }

    private sealed class Tally
    {
        private int succeeded;
        private int failed;
        private int leftOut;

        public int LeftOut => leftOut;

        public bool TryCount(bool failed)
        {
            if (Interlocked.Increment(ref failed ? ref this.failed : ref succeeded) <= MaxCalls)
            {
                return true;
            }

            Interlocked.Increment(ref leftOut);
            return false;
        }
    }
}
