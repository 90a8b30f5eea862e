using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Notifications.Notices;

/// <summary>A <see cref="RunnerHarness"/> with a watch and a fake webhook.</summary>
public abstract class WatchHarness(AzuriteServer server) : RunnerHarness(server)
{
    internal FakeDiscord Channel { get; } = new();

    internal IEnumerable<string?> Titles => Channel.Embeds.Select(embed => embed.GetProperty("title").GetString());

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Discord = new() { WebhookUrl = Channel.Url, MaxAttempts = 1, TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris") };
        Followers.Add(new WatchFollower(NewWatch()));
    }

    public override async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await base.DisposeAsync();
    }

    internal async Task FailAsync()
    {
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
    }

    internal async Task SucceedAsync()
    {
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Done);
        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
    }

    internal async Task<IReadOnlyDictionary<string, Notice>> NoticesAsync() => (await new NoticeTable(Storage).ReadAsync(Cancellation)).Notices;
}
