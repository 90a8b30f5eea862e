using System.Diagnostics;
using Cochin.Functions.Hosting.Telemetry;
using Cochin.Functions.Runs;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

public sealed class IdleTicksTests : IDisposable
{
    private readonly ActivitySource worker = new(IdleTicks.Worker);
    private readonly ActivitySource runs = new(TelemetryNames.Source);
    private readonly ActivitySource others = new("others " + Guid.NewGuid());
    private readonly Sent sent = new();
    private readonly TracerProvider provider;

    public IdleTicksTests() => provider = Sdk.CreateTracerProviderBuilder()
        .AddSource(worker.Name, runs.Name, others.Name)
        .SetSampler(new RunSampler())
        .AddProcessor(new IdleTicks())
        .AddProcessor(sent)
        .Build();

    public void Dispose()
    {
        provider.Dispose();
        worker.Dispose();
        runs.Dispose();
        others.Dispose();
    }

    [Fact]
    public void Function_WithNothingDue_LeavesNoSpan()
    {
        using (worker.StartActivity("function nightly"))
        {
        }

        sent.Names.ShouldBeEmpty();
    }

    [Fact]
    public void Function_WithARun_IsKeptWithIt()
    {
        using (worker.StartActivity("function nightly"))
        {
            StartRun().ShouldNotBeNull().Dispose();
        }

        sent.Names.ShouldBe(["run nightly", "function nightly"]);
    }

    [Fact]
    public void Function_WhoseRunHadNothingToDoAfterAll_LeavesNoSpan()
    {
        using (worker.StartActivity("function nightly"))
        {
            using var run = StartRun().ShouldNotBeNull();
            run.IsAllDataRequested = false;
            run.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        sent.Names.ShouldBeEmpty();
    }

    [Fact]
    public void Function_ThatFailed_IsKept()
    {
        using (var function = worker.StartActivity("function watch"))
        {
            function.ShouldNotBeNull().SetStatus(ActivityStatusCode.Error);
        }

        sent.Names.ShouldBe(["function watch"]);
    }

    [Fact]
    public void SpanOfOthers_IsTheirs()
    {
        using (others.StartActivity("something"))
        {
        }

        sent.Names.ShouldBe(["something"]);
    }

    private Activity? StartRun() => runs.StartActivity(ActivityKind.Internal, parentContext: default, [new(TelemetryNames.RunId, "1")], name: "run nightly");

    private sealed class Sent : BaseProcessor<Activity>
    {
        public List<string> Names { get; } = [];

        public override void OnEnd(Activity data)
        {
            // As the exporters do.
            if (data.Recorded && (data.DisplayName.EndsWith("nightly", StringComparison.Ordinal) || data.DisplayName is "function watch" or "something"))
            {
                Names.Add(data.DisplayName);
            }
        }
    }
}
