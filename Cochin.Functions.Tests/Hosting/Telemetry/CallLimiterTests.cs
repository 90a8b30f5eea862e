using System.Diagnostics;
using Cochin.Functions.Hosting.Telemetry;
using Cochin.Functions.Runs;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

public sealed class CallLimiterTests : IDisposable
{
    private readonly ActivitySource runs = new(TelemetryNames.Source);
    private readonly ActivitySource http = new("test calls");
    private readonly ActivityListener listener;
    private readonly CallLimiter limiter = new();

    public CallLimiterTests()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source == runs || source == http,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = limiter.OnEnd,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public void Dispose()
    {
        listener.Dispose();
        runs.Dispose();
        http.Dispose();
        limiter.Dispose();
    }

    [Fact]
    public void OnEnd_ManyCalls_KeepsTheFirstSuccessfulAndFailedOnesAndCountsTheRest()
    {
        var run = runs.StartActivity("run")!;
        var succeeded = Enumerable.Range(0, 1_000).Count(_ => Call(failed: false));
        var failed = Enumerable.Range(0, 300).Count(_ => Call(failed: true));
        run.Stop();

        succeeded.ShouldBe(CallLimiter.MaxCalls);
        failed.ShouldBe(CallLimiter.MaxCalls);
        run.Recorded.ShouldBeTrue();
        run.GetTagItem("cochin.calls.left_out").ShouldBe(1_300L - (2 * CallLimiter.MaxCalls));
    }

    [Fact]
    public void OnEnd_FewCalls_KeepsAll()
    {
        var run = runs.StartActivity("run")!;
        Call(failed: false).ShouldBeTrue();
        run.Stop();

        run.GetTagItem("cochin.calls.left_out").ShouldBeNull();
    }

    [Fact]
    public void OnEnd_ConcurrentRuns_HaveSeparateLimits()
    {
        using var first = runs.StartActivity("run")!;
        Enumerable.Range(0, CallLimiter.MaxCalls).ShouldAllBe(_ => Call(false));
        Activity.Current = null;
        using var second = runs.StartActivity("run")!;

        Call(failed: false).ShouldBeTrue();
    }

    private bool Call(bool failed)
    {
        using var call = http.StartActivity("GET", ActivityKind.Client)!;
        call.SetStatus(failed ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        call.Stop();
        return call.Recorded;
    }
}
