using Cochin.Functions.Network;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;

namespace Cochin.Functions.Tests.Notifications.Discord;

public sealed class DiscordWebhookTests : DiscordWebhookTest
{
    [Fact]
    public async Task Send_WaitsForThePostedMessageAndKeepsTheQuery()
    {
        (await SendAsync()).IsDelivered.ShouldBeTrue();

        Discord.Requests.ShouldHaveSingleItem().Query.ShouldBe("?thread_id=7&wait=true");
        Discord.Delivered.ShouldHaveSingleItem().GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().ShouldBe(0);
        Discord.AllToldTheirLength.ShouldBeTrue();
    }

    [Theory]
    [InlineData("", "?wait=true")]
    [InlineData("?wait=false&thread_id=7", "?thread_id=7&wait=true")]
    [InlineData("?waiter=1", "?waiter=1&wait=true")]
    public async Task Send_AnyQuery_WaitsAndKeepsTheRest(string query, string expected)
    {
        (await SendAsync(query: query)).IsDelivered.ShouldBeTrue();

        Discord.Requests.ShouldHaveSingleItem().Query.ShouldBe(expected);
    }

    [Fact]
    public async Task Send_ResponseBodyStalls_IsDeliveredOnce()
    {
        Discord.AnswerHalf(200);

        (await SendAsync()).IsDelivered.ShouldBeTrue();

        Discord.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("0.05", "")]
    [InlineData(null, """{"retry_after": 0.05}""")]
    [InlineData(null, """{"retry_after": "soon"}""")]
    [InlineData(null, "<html>not JSON</html>", "text/html; charset=nonsense")]
    public async Task Send_RateLimited_WaitsAndRetries(string? header, string body, string contentType = "application/json")
    {
        Discord.Answer(429, header, body, contentType);

        (await SendAsync()).IsDelivered.ShouldBeTrue();

        Discord.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Send_LongRetryAfter_GivesUpImmediately(int status)
    {
        Discord.Answer(status, "3600");

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Unavailable);
        delivery.Why.ShouldNotBeNull().ShouldContain("3600");
        Discord.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Send_ServerError_IsRetried(int status)
    {
        Discord.Answer(status);

        (await SendAsync()).IsDelivered.ShouldBeTrue();
    }

    [Fact]
    public async Task Send_PersistentServerError_IsUnavailableAfterAllAttempts()
    {
        Discord.Answer(500).Answer(500);

        (await SendAsync(attempts: 2)).Result.ShouldBe(DeliveryResult.Unavailable);

        Discord.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Send_ConnectionClosed_IsRetried()
    {
        Discord.HangUp();

        (await SendAsync()).IsDelivered.ShouldBeTrue();
    }

    [Fact]
    public async Task Send_NoResponse_IsRetriedAfterTheTimeout()
    {
        Discord.Hang();

        (await SendAsync()).IsDelivered.ShouldBeTrue();

        Discord.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Send_HasAUserAgentWithTheVersion()
    {
        await SendAsync();

        Discord.UserAgents.ShouldHaveSingleItem().ShouldBe(Product.UserAgent);
        Product.UserAgent.ShouldMatch(@"^Cochin-Maintenance/\d+\.\d+\.\d+\S*( \(\+https://\S+\))?$");
        Product.UserAgent.ShouldNotContain(".example");
    }

    [Fact]
    public void UserAgent_OfABuildWithARepositoryUrl_ContainsIt() =>
        Product.UserAgentWith("https://git.invalid/cochin").ShouldEndWith(" (+https://git.invalid/cochin)");

    [Fact]
    public async Task Send_Unreachable_ReportsItWithoutTheAddress()
    {
        await Discord.DisposeAsync();

        var delivery = await SendAsync(attempts: 1);

        delivery.Result.ShouldBe(DeliveryResult.Unavailable);
        delivery.Why.ShouldNotBeNull().ShouldNotContain("secret-token");
    }

    [Fact]
    public async Task Send_Cancelled_Throws()
    {
        Discord.Hang();
        using var stop = new CancellationTokenSource();
        Discord.OnRequest = stop.CancelAsync;

        await Should.ThrowAsync<OperationCanceledException>(() => SendAsync(stop: stop));
    }

    [Fact]
    public async Task Send_RunStoppedDuringAnAttempt_DoesNotRetry()
    {
        var mustStop = false;
        Discord.Answer(503).OnRequest = () =>
        {
            mustStop = true;
            return Task.CompletedTask;
        };
        using var webhook = new DiscordWebhook(new DiscordSettings { WebhookUrl = Discord.Url }, TimeProvider.System);
        var message = (Card[])[new Card { Title = "Title", Text = "Text", Color = CardColor.Good, Reference = "" }];

        await Should.ThrowAsync<OperationCanceledException>(() => webhook.SendAsync(message, TestContext.Current.CancellationToken, () =>
        {
            if (mustStop)
            {
                throw new OperationCanceledException("stopped");
            }
        }));

        Discord.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public void Settings_Printed_DoNotContainTheAddress() =>
        new DiscordSettings { WebhookUrl = Discord.Url }.ToString().ShouldNotContain("secret-token");

    [Theory]
    [InlineData("https://discord.com/api/webhooks/1/a-B_c", true)]
    [InlineData("https://canary.discord.com/api/v10/webhooks/1/abc", true)]
    [InlineData("https://discordapp.com/api/webhooks/1/abc", true)]
    [InlineData("http://discord.com/api/webhooks/1/abc", false)]
    [InlineData("https://discord.com.evil.example/api/webhooks/1/abc", false)]
    [InlineData("https://evil.example/api/webhooks/1/abc", false)]
    [InlineData("https://discord.com/channels/1/2", false)]
    [InlineData("nonsense", false)]
    public void WebhookProblem_OfAnAddress_IsNullOnlyForDiscordsWebhooks(string url, bool isWebhook) =>
        (DiscordSettings.WebhookProblem(url, allowAnyHost: false) is null).ShouldBe(isWebhook);

    [Fact]
    public void WebhookProblem_AnyHostAllowed_AcceptsPlainHttp() =>
        DiscordSettings.WebhookProblem("http://127.0.0.1:1/x", allowAnyHost: true).ShouldBeNull();
}
