using System.Globalization;
using System.Text.Json;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CheckDevisNotifications;

/// <summary>The texts of alerts as they are posted.</summary>
public sealed class AlertTextTests(AzuriteServer server) : AlertTest(server)
{
    [Fact]
    public async Task Run_TextsWithMarkup_AreEscapedAndShortened()
    {
        await AddDevisAsync(
            "D-1", ("Statut", true), ("DateDebut", "2026-11-24"), ("AgentPlateforme", "@everyone **[x](http://evil)**\n" + new string('z', 10_000)));

        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);

        var agent = Field(Discord.Embeds[0], "Agent");
        agent.Length.ShouldBeLessThanOrEqualTo(1_024);
        agent.ShouldStartWith(@"@everyone \*\*\[x\]");
    }

    [Fact]
    public async Task Run_NumberWithBidirectionalControls_IsPostedWithoutThem()
    {
        await AddDevisAsync("D-1\u202Etxt", ("Statut", true), ("DateDebut", "2026-11-24"));

        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);

        Discord.Embeds.ShouldHaveSingleItem().GetProperty("footer").GetProperty("text").GetString().ShouldBe("Cochin · D-1\uFFFDtxt · début · 2026-11-24");
    }

    [Fact]
    public async Task Run_InEnglish_WritesEnglish()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("Montant", "1234.5"), ("DateDebut", "2026-11-24"));
        var task = NewTask(new DiscordSettings { WebhookUrl = Discord.Url, Culture = CultureInfo.GetCultureInfo("en-GB") });

        await task.RunAsync(new CheckDevisNotificationsOptions(), Context(), Cancellation);

        Discord.Embeds[0].GetProperty("title").GetString().ShouldBe("Quote D-1: payment period starts");
        Field(Discord.Embeds[0], "Amount to receive").ShouldBe("€1,234.50");
    }
}
