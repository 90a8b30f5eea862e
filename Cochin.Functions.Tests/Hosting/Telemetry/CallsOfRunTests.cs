using System.Diagnostics;
using Cochin.Functions.Hosting.Telemetry;
using Cochin.Functions.Runs;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

public sealed class CallsOfRunTests : IDisposable
{
    private readonly ActivitySource runs = new(TelemetryNames.Source);
    private readonly ActivitySource http = new("test of calls");
    private readonly ActivityListener listener;
    private readonly CallsOfRun calls = new();

    public CallsOfRunTests()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source == runs || source == http,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = calls.OnEnd,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public void Dispose()
    {
        listener.Dispose();
        runs.Dispose();
        http.Dispose();
        calls.Dispose();
    }

    [Fact]
    public void OnEnd_AThousandCalls_KeepsTheFirstOfEachKindAndSaysHowManyItLeftOut()
    {
        var run = runs.StartActivity("run")!;
        var succeeded = Enumerable.Range(0, 1_000).Count(_ => Call(failed: false));
        var failed = Enumerable.Range(0, 300).Count(_ => Call(failed: true));
        run.Stop();

        succeeded.ShouldBe(CallsOfRun.Most);
        failed.ShouldBe(CallsOfRun.Most);
        run.Recorded.ShouldBeTrue();
        run.GetTagItem("cochin.calls.left_out").ShouldBe(1_300L - (2 * CallsOfRun.Most));
    }

    [Fact]
    public void OnEnd_FewCalls_SaysNothing()
    {
        var run = runs.StartActivity("run")!;
        Call(failed: false).ShouldBeTrue();
        run.Stop();

        run.GetTagItem("cochin.calls.left_out").ShouldBeNull();
    }

    [Fact]
    public void OnEnd_RunsAtTheSameTime_CountEachForItself()
    {
        using var first = runs.StartActivity("run")!;
        Enumerable.Range(0, CallsOfRun.Most).ShouldAllBe(_ => Call(false));
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
