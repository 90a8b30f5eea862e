using System.Net;
using System.Net.Sockets;
using Cochin.Functions.Locking;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>SIGINT and SIGTERM during a run.</summary>
public sealed class SignalTests(AzuriteServer server) : CommandTest(server)
{
    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task Run_Signalled_ClosesItsRecordAndReleasesTheLock(string signal, int exitCode)
    {
        using var webhook = new TcpListener(IPAddress.Loopback, 0); // Accepts the connection and never answers.
        webhook.Start();
        await AddDevisAsync(
            "D1", ("Montant", "10.00"), ("Statut", true), ("DateDebut", TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", null)));
        using var run = CochinProcess.Start(
            [
                .. Settings,
                new("Cochin__Discord__WebhookUrl", $"http://127.0.0.1:{((IPEndPoint)webhook.LocalEndpoint).Port}/hook"),
                new("Cochin__Discord__AllowAnyHost", "true"),
                new("Cochin__Discord__TimeoutSeconds", "60"),
            ],
            "check_devis_notifications",
            "--json");
        using var call = await webhook.AcceptTcpClientAsync(Cancellation);

        var asked = TimeProvider.System.GetTimestamp();
        await run.SignalAsync(signal);
        var result = await run.EndAsync();

        TimeProvider.System.GetElapsedTime(asked).ShouldBeLessThan(TimeSpan.FromSeconds(15));
        result.ExitCode.ShouldBe(exitCode);
        result.Json.GetProperty("outcome").GetString().ShouldBe("Failed");
        (await new BlobLocks(Storage, TimeProvider.System).FindHolderAsync("check_devis_notifications", Cancellation)).ShouldBeNull();
        var record = (await RunAsync("history", "--json")).Json.GetProperty("runs").EnumerateArray().Single();
        record.GetProperty("outcome").GetString().ShouldBe("Failed");
        record.GetProperty("error").GetString()!.ShouldContain("Interrupted");
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Serve_Signalled_Exits0(string signal)
    {
        using var serve = Start("serve");
        await serve.ErrorLineAsync();

        await serve.SignalAsync(signal);
        var result = await serve.EndAsync();

        result.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Serve_JobIsDue_PrintsALineForTheRun()
    {
        var settings = Settings.Append(new("Cochin__Jobs__cleanup_stuck_operations__Schedule", "* * * * * *"));
        using var serve = CochinProcess.Start(settings, "serve", "--json");

        var line = await serve.OutputLineAsync();
        await serve.SignalAsync("TERM");
        var result = await serve.EndAsync();

        using var run = System.Text.Json.JsonDocument.Parse(line);
        run.RootElement.GetProperty("trigger").GetString().ShouldBe("Scheduled");
        run.RootElement.GetProperty("occurrence").GetString()!.ShouldEndWith("Z");
        result.ExitCode.ShouldBe(0);
    }
}
