using System.Net;
using System.Net.Sockets;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Cli;

/// <summary>A process that is killed during a run.</summary>
public sealed class KillTests(AzuriteServer server) : CommandTest(server)
{
    [Fact]
    public async Task Fault12_ProcessKilled_IsRecordedAsLostAndTheWorkIsRepeatedWithinAMinute()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0); // Accepts the connection and never answers.
        silent.Start();
        await AddDevisAsync("D1", ("Statut", true), ("DateDebut", TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", null)));
        using var victim = CochinProcess.Start(
            [.. Settings, .. Webhook(new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/hook"))], "run", "check_devis_notifications");
        using var call = await silent.AcceptTcpClientAsync(Cancellation);

        await victim.SignalAsync("KILL");
        await victim.EndAsync();
        await using var discord = new FakeDiscord();
        var killed = TimeProvider.System.GetTimestamp();
        var successor = await RunAsync(discord);
        successor.ExitCode.ShouldBe(11, "the lease of the killed process has not expired");
        successor.Json.GetProperty("error").GetString()!.ShouldContain("check_devis_notifications");
        await Wait.UntilAsync(async () => (successor = await RunAsync(discord)).ExitCode != 11, Cancellation, seconds: 60);

        TimeProvider.System.GetElapsedTime(killed).ShouldBeLessThan(TimeSpan.FromMinutes(1));
        successor.ExitCode.ShouldBe(0, successor.Errors);
        discord.Embeds.Count.ShouldBe(1);
        var runs = (await RunAsync("history", "check_devis_notifications", "--json")).Json.GetProperty("runs").EnumerateArray().ToList();
        runs[0].GetProperty("outcome").GetString().ShouldBe("Completed");
        runs[^1].GetProperty("outcome").GetString().ShouldBe("Lost");
    }

    private static KeyValuePair<string, string>[] Webhook(Uri address) =>
    [
        new("Cochin__Discord__WebhookUrl", address.ToString()),
        new("Cochin__Discord__AllowAnyHost", "true"),
        new("Cochin__Discord__TimeoutSeconds", "60"),
    ];

    private Task<CommandResult> RunAsync(FakeDiscord discord) =>
        CochinProcess.RunAsync([.. Settings, .. Webhook(discord.Url)], "run", "check_devis_notifications", "--json");
}
