using System.Collections.Concurrent;
using Cochin.Functions.Doctor;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Doctor;

public sealed class ChannelCheckTests
{
    [Theory]
    [InlineData(200, false, "Ok")]
    [InlineData(401, false, "Wrong")]
    [InlineData(404, false, "Wrong")]
    [InlineData(405, true, "Warning")]
    [InlineData(302, false, "Wrong")]
    public async Task Webhook_IsAskedWithoutPosting(int status, bool anyHost, string expected)
    {
        var methods = new ConcurrentQueue<string>();
        await using var stub = new HttpStub((request, response) =>
        {
            methods.Enqueue(request.HttpMethod);
            response.StatusCode = status;
            return "{}";
        });

        var check = await ExamineAsync(new DiscordSettings { WebhookUrl = new Uri($"{stub.Url}/api/webhooks/1/secret-token"), AllowAnyHost = anyHost });

        check.Result.ToString().ShouldBe(expected);
        methods.ShouldBe(["GET"]);
        check.ToString().ShouldNotContain("secret-token");
    }

    [Fact]
    public async Task Webhook_NoneSet_IsAWarning() =>
        (await ExamineAsync(new DiscordSettings())).Result.ShouldBe(CheckResult.Warning);

    [Fact]
    public async Task Webhook_NobodyThere_IsWrong() =>
        (await ExamineAsync(new DiscordSettings { WebhookUrl = new Uri("http://127.0.0.1:1/api/webhooks/1/x"), TimeoutSeconds = 2 })).Result.ShouldBe(CheckResult.Wrong);

    private static async Task<Check> ExamineAsync(DiscordSettings settings)
    {
        using var webhook = new DiscordWebhook(settings, TimeProvider.System);
        return await new ChannelCheck(webhook).ExamineAsync(TestContext.Current.CancellationToken);
    }
}
