using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Running;

public sealed class RunNoticesTests(AzuriteServer server) : RunnerHarness(server)
{
    private readonly FakeDiscord discord = new();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Discord = new() { WebhookUrl = discord.Url, MaxAttempts = 1, TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris") };
    }

    public override async ValueTask DisposeAsync()
    {
        await discord.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Failing_IsToldOnceAndTakenBackOnce()
    {
        await SeenAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Done);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        Clock.SetUtcNow(TwoOClock.AddDays(1));
        await NewRunner().RunDueAsync(JobName, Cancellation);

        Titles.ShouldBe(["Échec : nightly", "Rétabli : nightly"]);
        discord.Embeds[0].ToString().ShouldSatisfyAllConditions(
            text => text.ShouldContain("It does not work."),
            text => text.ShouldContain("3 juin 2026"),
            text => text.ShouldContain("./cochin history nightly"));
    }

    [Fact]
    public async Task Fault01_Missed_IsTold()
    {
        await SeenAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(9));

        await NewRunner().RunDueAsync(JobName, Cancellation);

        Titles.ShouldBe(["Exécution manquée : nightly"]);
    }

    [Fact]
    public async Task WebhookBroken_ChangesNothingAboutTheRunAndIsToldNextTime()
    {
        await SeenAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        discord.Answer(500);

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Error.ShouldBe("It does not work.");
        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task WebhookItselfIsTheTrouble_NothingIsSentThere()
    {
        await SeenAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed with { WebhookFailed = true });

        await NewRunner().RunDueAsync(JobName, Cancellation);

        discord.Requests.ShouldBeEmpty();
    }

    private IEnumerable<string?> Titles => discord.Embeds.Select(embed => embed.GetProperty("title").GetString());
}
