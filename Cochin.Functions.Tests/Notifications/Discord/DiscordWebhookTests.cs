using Cochin.Functions.Network;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Notifications.Discord;

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
    [InlineData(404, 10015, "Unknown Webhook")]
    [InlineData(401, 50027, "Invalid Webhook Token")]
    public async Task Send_WebhookRemoved_IsNotTriedAgainForHours(int status, int code, string message)
    {
        discord.Refuse(status, code, message);

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Unavailable);
        delivery.RetryAfter.ShouldBe(TimeSpan.FromHours(6));
        delivery.Why.ShouldNotBeNull().ShouldContain("The webhook was removed");
        delivery.Why.ShouldContain($"{status}, code {code}: {message}");
        delivery.Why.ShouldContain("Cochin__Discord__WebhookUrl");
        discord.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(401, "<html>Sign in</html>", "text/html", "a web page")]
    [InlineData(403, "error code: 1010", "text/plain; charset=UTF-8", "the text 'error code: 1010'")]
    [InlineData(403, "", "application/json", "an empty response")]
    [InlineData(404, "<html>Not here</html>", "text/html", "a web page")]
    [InlineData(404, "{\"message\": \"Forbidden\"}", "application/json", "a response of type application/json")]
    [InlineData(404, "{\"message\": \"Unknown Webhook\", \"code\": 10015}", "text/html", "a web page")]
    [InlineData(407, "<html>Proxy</html>", "text/html", "a web page")]
    public async Task Send_AnsweredBySomethingElse_IsTriedAgainSoonButNotInThisRun(int status, string body, string contentType, string what)
    {
        discord.Answer(status, body: body, contentType: contentType);

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Unavailable);
        delivery.RetryAfter.ShouldBeNull();
        delivery.Why.ShouldNotBeNull().ShouldContain($"not Discord's answer ({status}, {what})");
        delivery.Why.ShouldNotContain("removed");
        discord.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id")]
    [InlineData(403, 50013, "Missing Permissions")]
    [InlineData(403, 40333, "internal network error")]
    [InlineData(404, 10003, "Unknown Channel")]
    [InlineData(400, 30046, "Maximum number of edits to messages older than 1 hour reached")]
    public async Task Send_ChannelOrWebhookRefused_PassesDiscordsMessageOn(int status, int code, string message)
    {
        discord.Refuse(status, code, message);

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Unavailable, "another text would not help");
        delivery.RetryAfter.ShouldBeNull();
        delivery.Why.ShouldNotBeNull().ShouldContain($"{status}, code {code}: {message}");
        discord.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(
        """{"code": 50035, "message": "Invalid Form Body", "errors": {"embeds": {"0": {"title": {"_errors": [{"message": "Must be 256 or fewer."}]}}}}}""",
        "embeds.0.title: Must be 256 or fewer")]
    [InlineData("""{"embeds": ["0"]}""", "Invalid embeds")]
    [InlineData("""{"code": 50006, "message": "Cannot send an empty message"}""", "code 50006: Cannot send an empty message")]
    [InlineData("""{"code": 200000, "message": "Message was blocked by automatic moderation"}""", "code 200000")]
    [InlineData("""{"code": 999999, "message": "Not known yet"}""", "code 999999: Not known yet")]
    public async Task Send_TextRefused_IsRejectedWithDiscordsMessage(string body, string expected)
    {
        discord.Answer(400, body: body);

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Rejected);
        delivery.Why.ShouldNotBeNull().ShouldContain(expected);
    }

    [Theory]
    [InlineData("""{"code": 50035, "message": "Invalid Form Body", "errors": {"thread_id": {"_errors": [{"message": "Value is not snowflake."}]}}}""")]
    [InlineData("""{"webhook_id": ["Value is not snowflake."]}""")]
    public async Task Send_AddressRefused_IsNotTheTexts(string body)
    {
        discord.Answer(400, body: body);

        (await SendAsync()).Result.ShouldBe(DeliveryResult.Unavailable);
    }

    [Fact]
    public async Task Send_AnswerRepeatsTheAddressOverManyLines_TellsNeitherSecretNorMuch()
    {
        discord.Refuse(403, 50013, $"No: {discord.Url}\\n\\u001b[31m" + new string('x', 5_000));

        var why = (await SendAsync()).Why.ShouldNotBeNull();

        why.ShouldNotContain("secret-token");
        why.ShouldNotContain("\u001b");
        why.ShouldNotContain("\n");
        why.Length.ShouldBeLessThan(500);
    }

    [Theory]
    [InlineData(200, "text/plain", "OK", AnswerKind.Foreign)]
    [InlineData(200, null, "", AnswerKind.Foreign)]
    [InlineData(200, "application/json", "", AnswerKind.Delivered)]
    [InlineData(204, null, "", AnswerKind.Delivered)]
    [InlineData(400, "application/json", "{}", AnswerKind.Foreign)]
    [InlineData(413, "text/plain", "too large", AnswerKind.Foreign)]
    [InlineData(429, "text/html", "<html>1015</html>", AnswerKind.RateLimited)]
    [InlineData(502, "text/html", "<html>Bad gateway</html>", AnswerKind.ServerError)]
    [InlineData(302, null, "", AnswerKind.Redirected)]
    public void Kind_OnDiscordsHost_TrustsOnlyDiscordsForm(int status, string? type, string body, object kind) =>
        new WebhookAnswer((System.Net.HttpStatusCode)status, type, body) { IsOfDiscordsHost = true }.Kind.ShouldBe(kind);

    [Theory]
    [InlineData(200, "text/plain", "OK", AnswerKind.Delivered)]
    [InlineData(200, "text/html", "<html></html>", AnswerKind.Foreign)]
    [InlineData(400, "text/plain", "no", AnswerKind.MessageRefused)]
    [InlineData(403, "text/plain", "no", AnswerKind.Foreign)]
    public void Kind_OfARelay_LeavesItItsOwnForm(int status, string? type, string body, object kind) =>
        new WebhookAnswer((System.Net.HttpStatusCode)status, type, body).Kind.ShouldBe(kind);

    [Fact]
    public async Task Send_NamesTheProgramAndItsVersion()
    {
        await SendAsync();

        discord.UserAgents.ShouldHaveSingleItem().ShouldBe(Product.UserAgent);
        Product.UserAgent.ShouldMatch(@"^Cochin-Maintenance/\d+\.\d+\.\d+\S*( \(\+https://\S+\))?$");
        Product.UserAgent.ShouldNotContain(".example");
    }

    [Fact]
    public void UserAgent_OfABuildWithARepositoryUrl_NamesIt() =>
        Product.UserAgentWith("https://git.invalid/cochin").ShouldEndWith(" (+https://git.invalid/cochin)");

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
        var message = (Card[])[new Card { Title = "Title", Text = "Text", Color = CardColor.Good, Reference = "" }];

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
        var card = new Card { Title = "Title", Text = "Text", Color = CardColor.Good, Reference = "" };
        return await webhook.SendAsync([card], stop?.Token ?? TestContext.Current.CancellationToken);
    }
}
