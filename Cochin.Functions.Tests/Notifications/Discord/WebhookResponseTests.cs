using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Notifications.Discord;

public sealed class WebhookResponseTests : DiscordWebhookTest
{
    [Theory]
    [InlineData(404, 10015, "Unknown Webhook")]
    [InlineData(401, 50027, "Invalid Webhook Token")]
    public async Task Send_WebhookRemoved_IsNotRetriedForHours(int status, int code, string message)
    {
        Discord.Refuse(status, code, message);

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Unavailable);
        delivery.RetryAfter.ShouldBe(TimeSpan.FromHours(6));
        delivery.Why.ShouldNotBeNull().ShouldContain("The webhook was removed");
        delivery.Why.ShouldContain($"{status}, code {code}: {message}");
        delivery.Why.ShouldContain("Cochin__Discord__WebhookUrl");
        Discord.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(401, "<html>Sign in</html>", "text/html", "a web page")]
    [InlineData(403, "error code: 1010", "text/plain; charset=UTF-8", "the text 'error code: 1010'")]
    [InlineData(403, "", "application/json", "an empty response")]
    [InlineData(404, "<html>Not here</html>", "text/html", "a web page")]
    [InlineData(404, "{\"message\": \"Forbidden\"}", "application/json", "a response of type application/json")]
    [InlineData(404, "{\"message\": \"Unknown Webhook\", \"code\": 10015}", "text/html", "a web page")]
    [InlineData(407, "<html>Proxy</html>", "text/html", "a web page")]
    public async Task Send_ResponseNotFromDiscord_IsNotRetriedInThisRun(int status, string body, string contentType, string what)
    {
        Discord.Answer(status, body: body, contentType: contentType);

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Unavailable);
        delivery.RetryAfter.ShouldBeNull();
        delivery.Why.ShouldNotBeNull().ShouldContain($"did not come from Discord ({status}, {what})");
        delivery.Why.ShouldNotContain("removed");
        Discord.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id")]
    [InlineData(403, 50013, "Missing Permissions")]
    [InlineData(403, 40333, "internal network error")]
    [InlineData(404, 10003, "Unknown Channel")]
    [InlineData(400, 30046, "Maximum number of edits to messages older than 1 hour reached")]
    public async Task Send_ChannelOrWebhookRejected_ReportsDiscordsMessage(int status, int code, string message)
    {
        Discord.Refuse(status, code, message);

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Unavailable, "another text would not help");
        delivery.RetryAfter.ShouldBeNull();
        delivery.Why.ShouldNotBeNull().ShouldContain($"{status}, code {code}: {message}");
        Discord.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"code": 50035, "message": "Invalid Form Body", "errors": {"thread_id": {"_errors": [{"message": "Value is not snowflake."}]}}}""")]
    [InlineData("""{"webhook_id": ["Value is not snowflake."]}""")]
    public async Task Send_AddressRejected_IsNotAnErrorOfTheMessage(string body)
    {
        Discord.Answer(400, body: body);

        (await SendAsync()).Result.ShouldBe(DeliveryResult.Unavailable);
    }

    [Fact]
    public async Task Send_ResponseRepeatsTheAddress_IsShortenedWithoutTheSecret()
    {
        Discord.Refuse(403, 50013, $"No: {Discord.Url}\\n\\u001b[31m" + new string('x', 5_000));

        var why = (await SendAsync()).Why.ShouldNotBeNull();

        why.ShouldNotContain("secret-token");
        why.ShouldNotContain("\u001b");
        why.ShouldNotContain("\n");
        why.Length.ShouldBeLessThan(500);
    }

    [Theory]
    [InlineData(200, "text/plain", "OK", ResponseKind.Foreign)]
    [InlineData(200, null, "", ResponseKind.Foreign)]
    [InlineData(200, "application/json", "", ResponseKind.Delivered)]
    [InlineData(204, null, "", ResponseKind.Delivered)]
    [InlineData(400, "application/json", "{}", ResponseKind.Foreign)]
    [InlineData(413, "text/plain", "too large", ResponseKind.Foreign)]
    [InlineData(429, "text/html", "<html>1015</html>", ResponseKind.RateLimited)]
    [InlineData(502, "text/html", "<html>Bad gateway</html>", ResponseKind.ServerError)]
    [InlineData(302, null, "", ResponseKind.Redirected)]
    public void Kind_OnDiscordsHost_AcceptsOnlyDiscordsFormat(int status, string? type, string body, object kind) =>
        new WebhookResponse((System.Net.HttpStatusCode)status, type, body) { IsDiscordHost = true }.Kind.ShouldBe(kind);

    [Theory]
    [InlineData(200, "text/plain", "OK", ResponseKind.Delivered)]
    [InlineData(200, "text/html", "<html></html>", ResponseKind.Foreign)]
    [InlineData(400, "text/plain", "no", ResponseKind.MessageRefused)]
    [InlineData(403, "text/plain", "no", ResponseKind.Foreign)]
    public void Kind_OfARelay_AcceptsOtherFormats(int status, string? type, string body, object kind) =>
        new WebhookResponse((System.Net.HttpStatusCode)status, type, body).Kind.ShouldBe(kind);

    [Fact]
    public async Task Send_Redirected_DoesNotFollow()
    {
        await using var thief = new FakeDiscord();
        Discord.Redirect(thief.Url);

        (await SendAsync()).Result.ShouldBe(DeliveryResult.Unavailable);

        thief.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_BadRequest_IsRejected()
    {
        Discord.Answer(400);

        (await SendAsync()).Result.ShouldBe(DeliveryResult.Rejected);

        Discord.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Send_WebPageInResponse_IsNotDelivered()
    {
        Discord.Answer(200, body: "<html>Please sign in.</html>", contentType: "text/html; charset=utf-8");

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Unavailable);
        delivery.Why.ShouldNotBeNull().ShouldContain("a web page");
    }

    [Theory]
    [InlineData(
        """{"code": 50035, "message": "Invalid Form Body", "errors": {"embeds": {"0": {"title": {"_errors": [{"message": "Must be 256 or fewer."}]}}}}}""",
        "embeds.0.title: Must be 256 or fewer")]
    [InlineData("""{"embeds": ["0"]}""", "Invalid embeds")]
    [InlineData("""{"code": 50006, "message": "Cannot send an empty message"}""", "code 50006: Cannot send an empty message")]
    [InlineData("""{"code": 200000, "message": "Message was blocked by automatic moderation"}""", "code 200000")]
    [InlineData("""{"code": 999999, "message": "Not known yet"}""", "code 999999: Not known yet")]
    public async Task Send_MessageRejected_ReportsDiscordsMessage(string body, string expected)
    {
        Discord.Answer(400, body: body);

        var delivery = await SendAsync();

        delivery.Result.ShouldBe(DeliveryResult.Rejected);
        delivery.Why.ShouldNotBeNull().ShouldContain(expected);
    }
}
