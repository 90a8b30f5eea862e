using Cochin.Functions.Network;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Network;

public sealed class LoopbackBypassTests(AzuriteServer server) : CommandTest(server)
{
    [Theory]
    [InlineData(null, "localhost,.localhost,127.0.0.1,[::1],169.254.169.254")]
    [InlineData(" .corp.example, localhost ,", ".corp.example,localhost,.localhost,127.0.0.1,[::1],169.254.169.254")]
    public void Extend_AnyList_AddsThisMachine(string? exempt, string expected) => LoopbackBypass.Extend(exempt).ShouldBe(expected);

    [Fact]
    public async Task Command_ProxyInTheEnvironment_ReachesStorageWebhookAndWatcherOfThisMachineDirectly()
    {
        var proxied = 0;
        await using var proxy = new HttpStub((_, response) =>
        {
            proxied++;
            response.StatusCode = 502;
            return "";
        });
        var pinged = 0;
        await using var watcher = new HttpStub((_, _) => $"OK {++pinged}");
        await using var discord = new FakeDiscord();

        var run = await CochinProcess.RunAsync(
            [
                .. Settings,
                .. Environment(proxy.Url),
                new("Cochin__Discord__WebhookUrl", discord.Url.ToString()),
                new("Cochin__Discord__AllowAnyHost", "true"),
                new("Cochin__Jobs__cleanup_temp_files__PingUrl", watcher.Url + "/ping"),
            ],
            "run",
            "cleanup_temp_files",
            "--json");

        proxied.ShouldBe(0);
        run.ExitCode.ShouldBe(0, run.Output + run.Errors);
        pinged.ShouldBe(2);
    }

    [Fact]
    public async Task Command_UnreachableProxy_IsNamedWithoutItsPassword()
    {
        var result = await CochinProcess.RunAsync([.. Elsewhere, .. Environment("http://someone:hunter22@127.0.0.1:1")], "show", "--json");

        result.ExitCode.ShouldBe(1);
        result.Error.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("through the proxy http://127.0.0.1:1");
        result.Error.GetProperty("hint").GetString().ShouldNotBeNull().ShouldContain("NO_PROXY");
        (result.Output + result.Errors).ShouldNotContain("hunter22");
    }

    [Fact]
    public async Task Command_ProxyAnswersInsteadOfTheStorage_IsNamed()
    {
        await using var proxy = new HttpStub((_, response) =>
        {
            (response.StatusCode, response.ContentType) = (404, "text/html");
            return "<html>Blocked.</html>";
        });

        var result = await CochinProcess.RunAsync([.. Elsewhere, .. Environment(proxy.Url)], "show", "--json");

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain(proxy.Url);
    }

    // The host does not exist, so only a proxy could reach it.
    private static KeyValuePair<string, string>[] Elsewhere =>
        [new("CochinStorage", "AccountName=a;AccountKey=c2VjcmV0LXNlY3JldA==;BlobEndpoint=http://blob.example/a;TableEndpoint=http://table.example/a;")];

    private static KeyValuePair<string, string>[] Environment(string proxy) =>
    [
        .. new[] { "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy" }.Select(name => KeyValuePair.Create(name, proxy)),
        new("NO_PROXY", ""),
        new("no_proxy", ""),
    ];
}
