using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Cochin.Functions.Notifications;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Tasks.CheckDevisNotifications;

public sealed class CheckDevisNotificationsTaskTests(AzuriteServer server) : TaskTest(server)
{
    // Half past midnight in Paris, while in UTC it is still the day before.
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 23, 30, 0, TimeSpan.Zero));
    private readonly FakeDiscord discord = new();

    private DiscordSettings Settings => new() { WebhookUrl = discord.Url, MaxAttempts = 2, TimeoutSeconds = 5 };

    public override async ValueTask DisposeAsync()
    {
        await discord.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Run_StartsAndDueDates_ArePostedInFrenchAndRemembered()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("Montant", "1234.56"), ("DateDebut", "2026-11-24"), ("DateRendu", "2026-12-04"), ("AgentPlateforme", "Marie"));
        await AddDevisAsync("D-2", ("Statut", true), ("Montant", "10"), ("DateDebut", "2026-11-01"), ("DateRendu", "2026-11-22"), ("StartNotifiedFor", "2026-11-01"));
        await AddDevisAsync("D-3", ("Statut", false), ("DateDebut", "2026-11-24"));
        await AddDevisAsync("D-4", ("Statut", true), ("DateDebut", "2026-11-25"));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        result.Counts.ShouldBe([new("examined", 3), new("startSent", 1), new("endSent", 1), new("late", 1), new("expired", 0), new("alreadySent", 1), new("failed", 0)]);
        discord.Delivered.Count.ShouldBe(1, "two cards fit one message");
        var (start, end) = (discord.Embeds[0], discord.Embeds[1]);
        start.GetProperty("title").GetString().ShouldBe("Devis D-1 : début des travaux");
        start.GetProperty("color").GetInt32().ShouldBe(0x3BA55D);
        Field(start, "Montant").ShouldBe("1 234,56 €");
        Field(start, "Délai").ShouldBe("rendu dans 10 jours");
        Field(start, "Agent").ShouldBe("Marie");
        Field(start, "Période").ShouldBe("du 24/11/2026 au 04/12/2026");
        start.ToString().ShouldNotContain("retard");
        end.GetProperty("color").GetInt32().ShouldBe(0xED4245);
        end.GetProperty("description").GetString().ShouldNotBeNull().ShouldContain("retard");
        end.GetProperty("footer").GetProperty("text").GetString().ShouldBe("Cochin · D-2 · rendu · 2026-11-22");
        (await RowAsync("D-1")).GetString("StartNotifiedFor").ShouldBe("2026-11-24");
        (await RowAsync("D-2")).GetString("EndNotifiedFor").ShouldBe("2026-11-22");
    }

    [Fact]
    public async Task Run_Again_SendsNothing()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"), ("DateRendu", "2026-11-24"));
        await RunAsync();

        var second = await RunAsync();

        discord.Embeds.Count.ShouldBe(2, "both dates on one day are two alerts");
        second.Count("alreadySent").ShouldBe(2);
        (second.Count("startSent") + second.Count("endSent")).ShouldBe(0);
    }

    [Fact]
    public async Task Run_ChangedDate_IsAnnouncedAgain()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"), ("StartNotifiedFor", "2026-11-20"));

        (await RunAsync()).Count("startSent").ShouldBe(1);
    }

    [Fact]
    public async Task Run_Forced_SendsAgain()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"), ("StartNotifiedFor", "2026-11-24"));

        (await RunAsync(new CheckDevisNotificationsOptions { Force = true })).Count("startSent").ShouldBe(1);
    }

    [Fact]
    public async Task Run_FailureInTheMiddle_LosesAndRepeatsNothing()
    {
        for (var i = 0; i < 25; i++)
        {
            await AddDevisAsync($"D-{i:00}", ("Statut", true), ("DateDebut", "2026-11-24"));
        }

        var messages = 0;
        discord.OnRequest = () =>
        {
            if (++messages == 2)
            {
                discord.Answer(404);
            }

            return Task.CompletedTask;
        };

        var first = await RunAsync();
        var second = await RunAsync();

        first.Outcome.ShouldBe(Outcome.Partial);
        first.Count("startSent").ShouldBe(10);
        first.Count("failed").ShouldBe(15);
        first.WebhookFailed.ShouldBeTrue();
        second.Outcome.ShouldBe(Outcome.Completed, second.Error);
        second.Count("startSent").ShouldBe(15);
        discord.Embeds.Select(embed => embed.GetProperty("title").GetString()).Distinct().Count().ShouldBe(25);
        discord.Embeds.Count.ShouldBe(25);
    }

    [Fact]
    public async Task Run_NothingDelivered_Fails()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        discord.Answer(401);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain("401");
        (await RowAsync("D-1")).ContainsKey("StartNotifiedFor").ShouldBeFalse();
    }

    [Fact]
    public async Task Run_OneCardRejected_TheOthersGoOn()
    {
        foreach (var number in new[] { "D-1", "D-2", "D-3" })
        {
            await AddDevisAsync(number, ("Statut", true), ("DateDebut", "2026-11-24"));
        }

        discord.Answer(400).Answer(400);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Count("startSent").ShouldBe(2);
        result.Count("failed").ShouldBe(1);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("D-1");
    }

    [Fact]
    public async Task Run_BrokenRows_AreNamedAndTheRestGoesOn()
    {
        await AddDevisAsync("broken-date", ("Statut", true), ("DateDebut", "24/11/2026"), ("DateRendu", "2026-11-24"));
        await AddDevisAsync("broken-status", ("Statut", "oui"), ("DateDebut", "2026-11-24"));
        await AddDevisAsync("odd-amount", ("Statut", true), ("Montant", "cher"), ("DateDebut", "2026-11-24"));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Count("failed").ShouldBe(2);
        result.Count("startSent").ShouldBe(1);
        result.Count("endSent").ShouldBe(1, "the date that can be read is announced");
        result.Warnings.Count.ShouldBe(3);
        Field(discord.Embeds.Single(embed => embed.GetProperty("title").GetString()!.Contains("odd-amount", StringComparison.Ordinal)), "Montant").ShouldBe("inconnu");
    }

    [Fact]
    public async Task Run_SwitchedOffBetweenPlanAndSending_IsNotSent()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        var stop = new InterveningPolicy(
            request => request.Uri.Path.Contains("RowKey='D-1'", StringComparison.Ordinal) && request.Method.Method == "GET",
            () => AddDevisAsync("D-1", ("Statut", false), ("DateDebut", "2026-11-24")));

        var result = await RunAsync(policies: stop);

        stop.Met.ShouldBeTrue();
        discord.Requests.ShouldBeEmpty();
        result.Outcome.ShouldBe(Outcome.Completed);
    }

    [Fact]
    public async Task Run_WebhookRevokedAfterAQuoteWasSwitchedOff_CountsOnlyWhatWasDue()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        await AddDevisAsync("D-2", ("Statut", true), ("DateDebut", "2026-11-24"));
        var stop = new InterveningPolicy(
            request => request.Uri.Path.Contains("RowKey='D-1'", StringComparison.Ordinal) && request.Method.Method == "GET",
            () => AddDevisAsync("D-1", ("Statut", false), ("DateDebut", "2026-11-24")));
        discord.Answer(403);

        var result = await RunAsync(policies: stop);

        stop.Met.ShouldBeTrue();
        result.Outcome.ShouldBe(Outcome.Failed);
        result.Count("failed").ShouldBe(1);
    }

    [Fact]
    public async Task Run_StoppedWhileDiscordAnswers_StillRemembersWhatStands()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        var isStopped = false;
        using var stop = new CancellationTokenSource();
        var stopping = new InterveningPolicy(request => request.Method.Method == "MERGE" || request.Method.Method == "PATCH", stop.CancelAsync);
        var context = Context(() => isStopped = stop.IsCancellationRequested);

        var result = await NewTask(Settings, stopping).RunAsync(new CheckDevisNotificationsOptions(), context, stop.Token);

        stopping.Met.ShouldBeTrue();
        isStopped.ShouldBeFalse("the stop came after the sending");
        result.Count("startSent").ShouldBe(1);
        (await RowAsync("D-1")).GetString("StartNotifiedFor").ShouldBe("2026-11-24");
        (await AuditAsync()).ShouldContain("devis/D-1 start 2026-11-24");
    }

    [Fact]
    public async Task Run_AskedToStopBeforeSending_SendsNothing()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));

        await Should.ThrowAsync<OperationCanceledException>(() =>
            NewTask(Settings).RunAsync(new CheckDevisNotificationsOptions(), Context(() => throw new OperationCanceledException()), Cancellation));

        discord.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_TableTakesNoNote_StopsCountsWhatStandsAndNamesIt()
    {
        for (var i = 0; i < 11; i++)
        {
            await AddDevisAsync($"D-{i:00}", ("Statut", true), ("DateDebut", "2026-11-24"));
        }

        var fault = new FaultPolicy(request => request.Uri.Path.Contains("RowKey='D-03'", StringComparison.Ordinal) && request.Method.Method is not "GET", 403, "AuthorizationFailure");
        var context = Context();

        await Should.ThrowAsync<RequestFailedException>(() => NewTask(Settings, fault).RunAsync(new CheckDevisNotificationsOptions(), context, Cancellation));

        fault.Met.ShouldBeTrue();
        var soFar = context.SoFar.ShouldNotBeNull()();
        soFar.Count("startSent").ShouldBe(10);
        soFar.Warnings.ShouldHaveSingleItem().ShouldStartWith("devis/D-03: ");
        discord.Delivered.Count.ShouldBe(1, "nothing more is sent that can't be remembered");
        (await RowAsync("D-04")).GetString("StartNotifiedFor").ShouldBe("2026-11-24");
    }

    [Theory]
    [InlineData("it's 1")]
    [InlineData("100%")]
    [InlineData("%2F & a=b+c")]
    [InlineData("é 漢 😀")]
    public async Task Run_OddNumber_IsAnnouncedOnce(string number)
    {
        await AddDevisAsync(number, ("Statut", true), ("DateDebut", "2026-11-24"));

        (await RunAsync(new CheckDevisNotificationsOptions { DevisId = number })).Count("startSent").ShouldBe(1);
        (await RunAsync()).Count("alreadySent").ShouldBe(1);

        discord.Embeds.ShouldHaveSingleItem().GetProperty("footer").GetProperty("text").GetString().ShouldNotBeNull().ShouldContain(number);
    }

    [Fact]
    public async Task Run_RowWrittenBetweenSendingAndRemembering_KeepsBoth()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        discord.OnRequest = () => AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-12-24"), ("AgentPlateforme", "new"));

        await RunAsync();

        var row = await RowAsync("D-1");
        row.GetString("StartNotifiedFor").ShouldBe("2026-11-24");
        row.GetString("DateDebut").ShouldBe("2026-12-24");
        row.GetString("AgentPlateforme").ShouldBe("new");
    }

    [Fact]
    public async Task Run_HostileTexts_AreHarmlessAndWithinLimits()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"), ("AgentPlateforme", "@everyone **[x](http://evil)**\n" + new string('z', 10_000)));

        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);

        var agent = Field(discord.Embeds[0], "Agent");
        agent.Length.ShouldBeLessThanOrEqualTo(1_024);
        agent.ShouldStartWith(@"@everyone \*\*\[x\]");
    }

    [Fact]
    public async Task Run_NoWebhook_IsSkipped()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));

        var result = await NewTask(new DiscordSettings()).RunAsync(new CheckDevisNotificationsOptions(), Context(), Cancellation);

        result.Outcome.ShouldBe(Outcome.Skipped);
        result.Reason.ShouldBe(SkipReason.NotConfigured);
    }

    [Fact]
    public async Task DryRun_SaysWhatItWouldSendAndOnlyReads()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-20"));
        var writes = new CountingPolicy(request => request.Method.Method is not ("GET" or "HEAD"));

        var result = await RunAsync(new CheckDevisNotificationsOptions { DryRun = true }, writes);

        result.Count("startSent").ShouldBe(1);
        result.Count("late").ShouldBe(1);
        discord.Requests.ShouldBeEmpty();
        writes.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Run_OneQuote_LeavesTheOthers()
    {
        await AddDevisAsync("it's 1", ("Statut", true), ("DateDebut", "2026-11-24"));
        await AddDevisAsync("D-2", ("Statut", true), ("DateDebut", "2026-11-24"));

        (await RunAsync(new CheckDevisNotificationsOptions { DevisId = "D-2" })).Count("startSent").ShouldBe(1);

        discord.Embeds.ShouldHaveSingleItem().GetProperty("title").GetString().ShouldNotBeNull().ShouldContain("D-2");
    }

    [Fact]
    public async Task Run_UnknownQuote_Fails() =>
        (await RunAsync(new CheckDevisNotificationsOptions { DevisId = "nobody" })).Outcome.ShouldBe(Outcome.Failed);

    [Fact]
    public async Task Run_InEnglish_WritesEnglish()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("Montant", "1234.5"), ("DateDebut", "2026-11-24"));
        var task = NewTask(new DiscordSettings { WebhookUrl = discord.Url, Culture = CultureInfo.GetCultureInfo("en-GB") });

        await task.RunAsync(new CheckDevisNotificationsOptions(), Context(), Cancellation);

        discord.Embeds[0].GetProperty("title").GetString().ShouldBe("Quote D-1: work starts");
        Field(discord.Embeds[0], "Amount").ShouldBe("€1,234.50");
    }

    // French groups digits with a narrow space that does not break; what matters here is what a reader sees.
    private static string Field(JsonElement embed, string name) =>
        embed.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == name).GetProperty("value").GetString()!
            .Replace('\u202F', ' ').Replace('\u00A0', ' ');

    private Task<TaskResult> RunAsync(CheckDevisNotificationsOptions? options = null, params HttpPipelinePolicy[] policies) =>
        NewTask(Settings, policies).RunAsync(options ?? new CheckDevisNotificationsOptions(), Context(), Cancellation);

    private CheckDevisNotificationsTask NewTask(DiscordSettings settings, params HttpPipelinePolicy[] policies) => new(
        NewStorage(policies),
        new DiscordWebhook(settings, TimeProvider.System),
        settings,
        new DevisSettings { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris") },
        clock);

    private async Task<TableEntity> RowAsync(string number) =>
        (await Storage.Devis.FindAsync("devis", number, Cancellation)).ShouldNotBeNull();
}
