using System.Diagnostics;
using Cochin.Functions.Hosting.Telemetry;
using Cochin.Functions.Runs;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

public sealed class RunSamplerTests : IDisposable
{
    private readonly ActivitySource runs = new(TelemetryNames.Source);
    private readonly ActivitySource calls = new("calls " + Guid.NewGuid());
    private readonly TracerProvider provider;

    public RunSamplerTests() => provider = Sdk.CreateTracerProviderBuilder().AddSource(TelemetryNames.Source, calls.Name).SetSampler(new RunSampler()).Build();

    public void Dispose()
    {
        provider.Dispose();
        runs.Dispose();
        calls.Dispose();
    }

    [Theory]
    [InlineData(ActivityTraceFlags.None)]
    [InlineData(ActivityTraceFlags.Recorded)]
    public void Run_WhateverItsCallerSays_IsKept(ActivityTraceFlags flags)
    {
        var caller = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, isRemote: true);

        using var run = StartRun(caller);

        run.ShouldNotBeNull().Recorded.ShouldBeTrue();
        run.TraceId.ShouldBe(caller.TraceId);
    }

    [Fact]
    public void Call_DuringARun_IsKept()
    {
        using var run = StartRun();
        using var between = calls.StartActivity("list");

        using var call = calls.StartActivity("GET", ActivityKind.Client);

        call.ShouldNotBeNull().Recorded.ShouldBeTrue();
    }

    [Fact]
    public void Call_OutsideOfARun_IsNot()
    {
        using (var alone = calls.StartActivity("GET", ActivityKind.Client))
        {
            (alone?.Recorded ?? false).ShouldBeFalse();
        }

        using var invocation = calls.StartActivity("function");

        using var call = calls.StartActivity("GET", ActivityKind.Client);

        invocation.ShouldNotBeNull().Recorded.ShouldBeTrue("what others trace is theirs to judge");
        (call?.Recorded ?? false).ShouldBeFalse();
    }

    private Activity? StartRun(ActivityContext caller = default) => runs.StartActivity(ActivityKind.Internal, caller, [new(TelemetryNames.RunId, "1")], name: "run nightly");
}
