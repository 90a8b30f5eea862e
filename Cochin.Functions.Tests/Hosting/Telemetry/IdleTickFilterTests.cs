using System.Diagnostics;
using Cochin.Functions.Hosting.Telemetry;
using Cochin.Functions.Runs;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

public sealed class IdleTickFilterTests : IDisposable
{
    private readonly ActivitySource worker = new(IdleTickFilter.WorkerSource);
    private readonly ActivitySource runs = new(TelemetryNames.Source);
    private readonly ActivitySource others = new("others " + Guid.NewGuid());
    private readonly FakeExporter exported = new();
    private readonly TracerProvider provider;

    public IdleTickFilterTests() => provider = Sdk.CreateTracerProviderBuilder()
        .AddSource(worker.Name, runs.Name, others.Name)
        .SetSampler(new RunSampler())
        .AddProcessor(new IdleTickFilter())
        .AddProcessor(exported)
        .Build();

    public void Dispose()
    {
        provider.Dispose();
        worker.Dispose();
        runs.Dispose();
        others.Dispose();
    }

    [Fact]
    public void Function_NothingDue_IsNotExported()
    {
        using (worker.StartActivity("function nightly"))
        {
        }

        exported.Names.ShouldBeEmpty();
    }

    [Fact]
    public void Function_WithARun_IsExported()
    {
        using (worker.StartActivity("function nightly"))
        {
            StartRun().ShouldNotBeNull().Dispose();
        }

        exported.Names.ShouldBe(["run nightly", "function nightly"]);
    }

    [Fact]
    public void Function_RunThatIsNotRecorded_IsNotExported()
    {
        using (worker.StartActivity("function nightly"))
        {
            using var run = StartRun().ShouldNotBeNull();
            run.IsAllDataRequested = false;
            run.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        exported.Names.ShouldBeEmpty();
    }

    [Fact]
    public void Function_ThatFailed_IsExported()
    {
        using (var function = worker.StartActivity("function watch"))
        {
            function.ShouldNotBeNull().SetStatus(ActivityStatusCode.Error);
        }

        exported.Names.ShouldBe(["function watch"]);
    }

    [Fact]
    public void OtherSpan_IsExported()
    {
        using (others.StartActivity("something"))
        {
        }

        exported.Names.ShouldBe(["something"]);
    }

    private Activity? StartRun() => runs.StartActivity(ActivityKind.Internal, parentContext: default, [new(TelemetryNames.RunId, "1")], name: "run nightly");

    private sealed class FakeExporter : BaseProcessor<Activity>
    {
        public List<string> Names { get; } = [];

        public override void OnEnd(Activity data)
        {
            // Like the exporters.
            if (data.Recorded && (data.DisplayName.EndsWith("nightly", StringComparison.Ordinal) || data.DisplayName is "function watch" or "something"))
            {
                Names.Add(data.DisplayName);
            }
        }
    }
}
