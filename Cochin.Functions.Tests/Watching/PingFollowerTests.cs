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
    private readonly FakeDiscord watcher = new();
    private readonly FakeLogger<PingFollower> log = new();

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
        watcher.Requests.Select(request => request.PathAndQuery).ShouldBe([$"{Path}/start?thread_id=7&rid={rid}", $"{Path}?thread_id=7&rid={rid}"]);
    }

    [Fact]
    public async Task Run_Fails_PingsFail()
    {
        await RunAsync(ScriptedTask.Failed);

        watcher.Requests.Last().AbsolutePath.ShouldBe($"{Path}/fail");
    }

    [Fact]
    public async Task Watcher_Away_ChangesNothingAndIsLoggedWithoutItsAddress()
    {
        watcher.Answer(500).Answer(500).Answer(500);

        var report = await RunAsync(ScriptedTask.Done);

        report.Outcome.ShouldBe(Outcome.Completed);
        watcher.Requests.Count.ShouldBe(3, "the end is tried twice");
        log.Collector.GetSnapshot().Select(record => record.Message).ShouldAllBe(message => message.Contains("answered 500") && !message.Contains("secret-token"));
    }

    [Fact]
    public void Address_IsNeverPrinted() =>
        (Job() with { Ping = new PingAddress(watcher.Url) }).ToString().ShouldNotContain("secret-token");

    private string Path => watcher.Url.AbsolutePath;

    private async Task<RunReport> RunAsync(TaskResult result)
    {
        var job = Job() with { Ping = new PingAddress(watcher.Url) };
        using var follower = new PingFollower(new JobCatalog([job]), log);
        Followers.Add(follower);
        Work.Does = (_, _) => Task.FromResult(result);
        return await NewRunner(job).RunJobAsync(job, dryRun: false, RunObserver.None, Cancellation);
    }
}
