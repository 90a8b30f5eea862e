using Cochin.Functions.Notifications;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Notifications;

public sealed class DiscordWebhookTests : IAsyncLifetime
{
    private readonly FakeDiscord discord = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => discord.DisposeAsync();

    [Fact]
    public async Task Send_WaitsForTheMessageToStandAndKeepsTheQuery()
    {
        (await SendAsync()).IsDelivered.ShouldBeTrue();

        discord.Requests.ShouldHaveSingleItem().Query.ShouldBe("?thread_id=7&wait=true");
        discord.Delivered.ShouldHaveSingleItem().GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().ShouldBe(0);
        discord.AllToldTheirLength.ShouldBeTrue();
    }

    [Theory]
    [InlineData("", "?wait=true")]
    [InlineData("?wait=false&thread_id=7", "?thread_id=7&wait=true")]
    [InlineData("?waiter=1", "?waiter=1&wait=true")]
    public async Task Send_AnyQuery_WaitsAndKeepsTheRest(string query, string expected)
    {
        (await SendAsync(query: query)).IsDelivered.ShouldBeTrue();

        discord.Requests.ShouldHaveSingleItem().Query.ShouldBe(expected);
    }

    [Fact]
    public async Task Send_TakenButTheAnswerStalls_IsDeliveredOnce()
    {
        discord.AnswerHalf(200);

        (await SendAsync()).IsDelivered.ShouldBeTrue();

        discord.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("0.05", "")]
    [InlineData(null, """{"retry_after": 0.05}""")]
    [InlineData(null, """{"retry_after": "soon"}""")]
    [InlineData(null, "<html>not JSON</html>", "text/html; charset=nonsense")]
    public async Task Send_RateLimited_WaitsAndTriesAgain(string? header, string body, string contentType = "application/json")
    {
        discord.Answer(429, header, body, contentType);

        (await SendAsync()).IsDelivered.ShouldBeTrue();

        discord.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Send_AskedToWaitLong_GivesUpAtOnce(int status)
    {
        discord.Answer(status, "3600");

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Unavailable);
        delivery.Why.ShouldNotBeNull().ShouldContain("3600");
        discord.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Send_ServerInTrouble_IsTriedAgain(int status)
    {
        discord.Answer(status);

        (await SendAsync()).IsDelivered.ShouldBeTrue();
    }

    [Fact]
    public async Task Send_ServerStaysInTrouble_IsUnavailableAfterAllAttempts()
    {
        discord.Answer(500).Answer(500);

        (await SendAsync(attempts: 2)).Result.ShouldBe(DeliveryResult.Unavailable);

        discord.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Send_ConnectionClosed_IsTriedAgain()
    {
        discord.HangUp();

        (await SendAsync()).IsDelivered.ShouldBeTrue();
    }

    [Fact]
    public async Task Send_NoAnswer_IsTriedAgainAfterTheTimeLimit()
    {
        discord.Hang();

        (await SendAsync()).IsDelivered.ShouldBeTrue();

        discord.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Send_WebhookRevoked_IsNotTriedAgain(int status)
    {
        discord.Answer(status);

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Unavailable);
        delivery.Why.ShouldNotBeNull().ShouldContain("Cochin__Discord__WebhookUrl");
        discord.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Send_Redirected_DoesNotFollow()
    {
        await using var thief = new FakeDiscord();
        discord.Redirect(thief.Url);

        (await SendAsync()).Result.ShouldBe(DeliveryResult.Unavailable);

        thief.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_BadRequest_IsRejected()
    {
        discord.Answer(400);

        (await SendAsync()).Result.ShouldBe(DeliveryResult.Rejected);

        discord.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Send_AnsweredByAWebPage_IsNotDelivered()
    {
        discord.Answer(200, body: "<html>Please sign in.</html>", contentType: "text/html; charset=utf-8");

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Unavailable);
        delivery.Why.ShouldNotBeNull().ShouldContain("a web page");
    }

    [Fact]
    public async Task Send_NobodyThere_SaysSoWithoutTheAddress()
    {
        await discord.DisposeAsync();

        var delivery = await SendAsync(attempts: 1);

        delivery.Result.ShouldBe(DeliveryResult.Unavailable);
        delivery.Why.ShouldNotBeNull().ShouldNotContain("secret-token");
    }

    [Fact]
    public async Task Send_Cancelled_Throws()
    {
        discord.Hang();
        using var stop = new CancellationTokenSource();
        discord.OnRequest = stop.CancelAsync;

        await Should.ThrowAsync<OperationCanceledException>(() => SendAsync(stop: stop));
    }

    [Fact]
    public async Task Send_CallerHadToStopDuringAnAttempt_MakesNoOther()
    {
        var mustStop = false;
        discord.Answer(503).OnRequest = () =>
        {
            mustStop = true;
            return Task.CompletedTask;
        };
        using var webhook = new DiscordWebhook(new DiscordSettings { WebhookUrl = discord.Url }, TimeProvider.System);
        var message = new DiscordMessage([new DiscordEmbed { Title = "Title", Description = "Text", Color = 1 }]);

        await Should.ThrowAsync<OperationCanceledException>(() => webhook.SendAsync(message, TestContext.Current.CancellationToken, () =>
        {
            if (mustStop)
            {
                throw new OperationCanceledException("stopped");
            }
        }));

        discord.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public void Settings_Printed_DoNotTellTheAddress() =>
        new DiscordSettings { WebhookUrl = discord.Url }.ToString().ShouldNotContain("secret-token");

    [Theory]
    [InlineData("https://discord.com/api/webhooks/1/a-B_c", true)]
    [InlineData("https://canary.discord.com/api/v10/webhooks/1/abc", true)]
    [InlineData("https://discordapp.com/api/webhooks/1/abc", true)]
    [InlineData("http://discord.com/api/webhooks/1/abc", false)]
    [InlineData("https://discord.com.evil.example/api/webhooks/1/abc", false)]
    [InlineData("https://evil.example/api/webhooks/1/abc", false)]
    [InlineData("https://discord.com/channels/1/2", false)]
    [InlineData("nonsense", false)]
    public void WebhookProblem_OnlyDiscordsWebhooksAreNone(string url, bool isWebhook) =>
        (DiscordSettings.WebhookProblem(url, allowAnyHost: false) is null).ShouldBe(isWebhook);

    [Fact]
    public void WebhookProblem_AnyHostAllowed_AcceptsPlainHttp() =>
        DiscordSettings.WebhookProblem("http://127.0.0.1:1/x", allowAnyHost: true).ShouldBeNull();

    private async Task<Delivery> SendAsync(int attempts = 4, CancellationTokenSource? stop = null, string? query = null)
    {
        using var webhook = new DiscordWebhook(new DiscordSettings { WebhookUrl = query is null ? discord.Url : new UriBuilder(discord.Url) { Query = query }.Uri, TimeoutSeconds = 1, MaxAttempts = attempts }, TimeProvider.System);
        var embed = new DiscordEmbed { Title = "Title", Description = "Text", Color = 1 };
        return await webhook.SendAsync(new DiscordMessage([embed]), stop?.Token ?? TestContext.Current.CancellationToken);
    }
}
