using System.Collections.Concurrent;
using Cochin.Functions.Running;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;
using Cochin.Functions.Tests.Running;
using Cochin.Functions.Watching;
using Microsoft.Extensions.Logging.Testing;

namespace Cochin.Functions.Tests.Watching;

public sealed class PingFollowerTests(AzuriteServer server) : RunnerHarness(server)
{
    private const string Path = "/ping/secret-token";

    private readonly ConcurrentQueue<(string Method, string Target)> pings = new();
    private readonly FakeLogger<PingFollower> log = new();
    private HttpStub watcher = null!;
    private int status = 200;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        watcher = new HttpStub((request, response) =>
        {
            pings.Enqueue((request.HttpMethod, request.Url!.PathAndQuery));
            response.StatusCode = status;
            return "OK";
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await watcher.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Run_Succeeds_PingsStartAndSuccessWithOneRid()
    {
        var report = await RunAsync(ScriptedTask.Done);

        var rid = PingFollower.Rid(report.RunId);
        pings.ShouldBe([("POST", $"{Path}/start?create=1&rid={rid}"), ("POST", $"{Path}?create=1&rid={rid}")]);
    }

    [Fact]
    public async Task Run_Fails_PingsFail()
    {
        await RunAsync(ScriptedTask.Failed);

        pings.Last().Target.ShouldStartWith($"{Path}/fail?");
    }

    [Fact]
    public async Task Run_Interrupted_PingsNoEnd()
    {
        await RunAsync(ScriptedTask.Failed with { Reason = SkipReason.Interrupted });

        pings.ShouldHaveSingleItem().Target.ShouldStartWith($"{Path}/start?");
    }

    [Fact]
    public async Task Watcher_Away_ChangesNothingAndIsLoggedWithoutItsAddress()
    {
        status = 500;

        var report = await RunAsync(ScriptedTask.Done);

        report.Outcome.ShouldBe(Outcome.Completed);
        pings.Count.ShouldBe(3, "the end is tried twice");
        log.Collector.GetSnapshot().Select(record => record.Message).ShouldAllBe(message => message.Contains("answered 500") && !message.Contains("secret-token"));
    }

    [Fact]
    public void Address_IsNeverPrinted() =>
        (Job() with { Ping = Address }).ToString().ShouldNotContain("secret-token");

    private PingAddress Address => new(new Uri($"{watcher.Url}{Path}?create=1"));

    private async Task<RunReport> RunAsync(TaskResult result)
    {
        var job = Job() with { Ping = Address };
        using var follower = new PingFollower(new JobCatalog([job]), log);
        Followers.Add(follower);
        Work.Does = (_, _) => Task.FromResult(result);
        return await NewRunner(job).RunJobAsync(job, dryRun: false, RunObserver.None, Cancellation);
    }
}
