using System.Diagnostics;
using OpenTelemetry;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Keeps the calls below a run to a readable number: a clean-up of ten thousand blobs is ten thousand calls, and each is
/// paid for. Those that failed have a number of their own.
/// </summary>
internal sealed class CallsOfRun : BaseProcessor<Activity>
{
    /// <summary>On the run's span: how many calls were left out.</summary>
    public const string LeftOut = "cochin.calls.left_out";

    public const int Most = 200;

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
                run.SetTag(LeftOut, (long)leftOut);
            }
        }
        else if (!FindOrAdd(run).Take(failed: data.Status == ActivityStatusCode.Error))
        {
            // The exporters behind this processor send only what is recorded.
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    private static Tally? Find(Activity run) => run.GetCustomProperty(nameof(CallsOfRun)) as Tally;

    private static Tally FindOrAdd(Activity run)
    {
        if (Find(run) is { } found)
        {
            return found;
        }

        lock (run)
        {
            var tally = Find(run) ?? new Tally();
            run.SetCustomProperty(nameof(CallsOfRun), tally);
            return tally;
        }
    }

    private sealed class Tally
    {
        private int succeeded;
        private int failed;
        private int leftOut;

        public int LeftOut => leftOut;

        public bool Take(bool failed)
        {
            if (Interlocked.Increment(ref failed ? ref this.failed : ref succeeded) <= Most)
            {
                return true;
            }

            Interlocked.Increment(ref leftOut);
            return false;
        }
    }
}
