using System.Collections.Concurrent;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;
using Cochin.Functions.Tests.Runs;
using Microsoft.Extensions.Logging.Testing;

namespace Cochin.Functions.Tests.Notifications.Notices;

public sealed class PingFollowerTests(AzuriteServer server) : RunnerHarness(server)
{
    private const string Path = "/ping/secret-token";

    private readonly ConcurrentQueue<(string Method, string Target)> pings = new();
    private readonly ConcurrentQueue<string?> userAgents = new();
    private readonly FakeLogger<PingFollower> log = new();
    private HttpStub watcher = null!;
    private int status = 200;
    private string? contentType;
    private string body = "OK";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        watcher = new HttpStub((request, response) =>
        {
            pings.Enqueue((request.HttpMethod, request.Url!.PathAndQuery));
            userAgents.Enqueue(request.UserAgent);
            response.StatusCode = status;
            response.ContentType = contentType;
            return body;
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
    public async Task TypedTask_OfTheJobsName_PingsNothing()
    {
        await RunAsync(ScriptedTask.Done, job => NewRunner(job).RunTaskAsync(new ScriptedOptions(), RunObserver.None, Cancellation), ScriptedTask.TaskName);
        await RunAsync(ScriptedTask.Failed, job => NewRunner(job).RunTaskAsync(new ScriptedOptions(), RunObserver.None, Cancellation), ScriptedTask.TaskName);
        pings.ShouldBeEmpty();

        await RunAsync(ScriptedTask.Done, jobName: ScriptedTask.TaskName);
        pings.Count.ShouldBe(2, "the job itself pings");
    }

    [Theory]
    [InlineData(200, "text/html", "<html>Please sign in</html>", "a web page")]
    [InlineData(200, "text/plain", "OK (not found)", "OK (not found)")]
    [InlineData(200, "text/plain", "OK (rate limited)", "OK (rate limited)")]
    [InlineData(404, "text/html", "<html>proxy</html>", "404, a web page")]
    public async Task Ping_NotAcceptedByTheWatcher_IsTriedAgainAndLogged(int answered, string type, string text, string expected)
    {
        (status, contentType, body) = (answered, type, text);

        await RunAsync(ScriptedTask.Done);

        pings.Count.ShouldBe(3, "the end is tried twice");
        log.Collector.GetSnapshot().Select(record => record.Message).ShouldContain(message => message.Contains(expected));
    }

    [Fact]
    public async Task Ping_NamesTheProgramAndItsVersion()
    {
        await RunAsync(ScriptedTask.Done);

        userAgents.ShouldAllBe(agent => agent!.StartsWith("Cochin-Maintenance/"));
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

    private async Task<RunReport> RunAsync(TaskResult result, Func<JobDefinition, Task<RunReport>>? run = null, string jobName = JobName)
    {
        var job = Job() with { Name = jobName, Ping = Address };
        using var follower = new PingFollower(new JobCatalog([job]), log);
        Followers.Add(follower);
        Work.Does = (_, _) => Task.FromResult(result);
        var report = await (run is null ? NewRunner(job).RunJobAsync(job, dryRun: false, RunObserver.None, Cancellation) : run(job));
        Followers.Remove(follower);
        return report;
    }
}
