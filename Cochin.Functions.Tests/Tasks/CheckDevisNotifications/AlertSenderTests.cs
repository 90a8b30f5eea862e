using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CheckDevisNotifications;

/// <summary>Failures, stops and races between planning, sending and recording.</summary>
public sealed class AlertSenderTests(AzuriteServer server) : AlertTest(server)
{
    [Fact]
    public async Task Run_FailureBetweenMessages_LosesAndRepeatsNothing()
    {
        for (var i = 0; i < 25; i++)
        {
            await AddDevisAsync($"D-{i:00}", ("Statut", true), ("DateDebut", "2026-11-24"));
        }

        var messages = 0;
        Discord.OnRequest = () =>
        {
            if (++messages == 2)
            {
                Discord.Answer(404);
            }

            return Task.CompletedTask;
        };

        var first = await RunAsync();
        var second = await RunAsync();

        first.Outcome.ShouldBe(Outcome.Partial);
        first.Count("startSent").ShouldBe(10);
        first.Count("failed").ShouldBe(15);
        first.MustBeRetried.ShouldBeTrue();
        first.WebhookFailed.ShouldBeTrue();
        second.Outcome.ShouldBe(Outcome.Completed, second.Error);
        second.Count("startSent").ShouldBe(15);
        Discord.Embeds.Select(embed => embed.GetProperty("title").GetString()).Distinct().Count().ShouldBe(25);
        Discord.Embeds.Count.ShouldBe(25);
    }

    [Fact]
    public async Task Run_NothingDelivered_Fails()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        Discord.Answer(401);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain("401");
        (await RowAsync("D-1")).ContainsKey("StartNotifiedFor").ShouldBeFalse();
    }

    [Fact]
    public async Task Run_OneCardRejected_SendsTheOthers()
    {
        foreach (var number in new[] { "D-1", "D-2", "D-3" })
        {
            await AddDevisAsync(number, ("Statut", true), ("DateDebut", "2026-11-24"));
        }

        Discord.Answer(400).Answer(400);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Count("startSent").ShouldBe(2);
        result.Count("failed").ShouldBe(1);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("D-1");
        result.MustBeRetried.ShouldBeFalse("the same message would be rejected again");
    }

    [Fact]
    public async Task Run_ChannelUnavailable_DoesNotSplitAndRetriesAllLater()
    {
        foreach (var number in new[] { "D-1", "D-2", "D-3" })
        {
            await AddDevisAsync(number, ("Statut", true), ("DateDebut", "2026-11-24"));
        }

        Discord.Refuse(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id");

        var result = await RunAsync();

        Discord.Requests.Count.ShouldBe(1);
        result.Outcome.ShouldBe(Outcome.Failed);
        result.Count("failed").ShouldBe(3);
        result.Error.ShouldNotBeNull().ShouldContain("code 220001: Webhooks posted to forum channels");
        (await RowAsync("D-1")).ContainsKey("StartNotifiedFor").ShouldBeFalse();
    }

    [Fact]
    public async Task Run_QuoteDeactivatedBetweenPlanAndSending_IsNotSent()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        var stop = new InterveningPolicy(
            request => request.Uri.Path.Contains("RowKey='D-1'", StringComparison.Ordinal) && request.Method.Method == "GET",
            () => AddDevisAsync("D-1", ("Statut", false), ("DateDebut", "2026-11-24")));

        var result = await RunAsync(policies: stop);

        stop.Met.ShouldBeTrue();
        Discord.Requests.ShouldBeEmpty();
        result.Outcome.ShouldBe(Outcome.Completed);
    }

    [Fact]
    public async Task Run_WebhookRemovedAfterAQuoteWasDeactivated_CountsOnlyDueAlerts()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        await AddDevisAsync("D-2", ("Statut", true), ("DateDebut", "2026-11-24"));
        var stop = new InterveningPolicy(
            request => request.Uri.Path.Contains("RowKey='D-1'", StringComparison.Ordinal) && request.Method.Method == "GET",
            () => AddDevisAsync("D-1", ("Statut", false), ("DateDebut", "2026-11-24")));
        Discord.Answer(403);

        var result = await RunAsync(policies: stop);

        stop.Met.ShouldBeTrue();
        result.Outcome.ShouldBe(Outcome.Failed);
        result.Count("failed").ShouldBe(1);
    }

    [Fact]
    public async Task Run_StoppedDuringTheResponse_RecordsDeliveredAlerts()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        var isStopped = false;
        using var stop = new CancellationTokenSource();
        var stopping = new InterveningPolicy(request => request.Method.Method is "MERGE" or "PATCH" && Discord.Requests.Count > 0, stop.CancelAsync);
        var context = Context(() => isStopped = stop.IsCancellationRequested);

        var result = await NewTask(Settings, stopping).RunAsync(new CheckDevisNotificationsOptions(), context, stop.Token);

        stopping.Met.ShouldBeTrue();
        isStopped.ShouldBeFalse("the stop came after the sending");
        result.Count("startSent").ShouldBe(1);
        (await RowAsync("D-1")).GetString("StartNotifiedFor").ShouldBe("2026-11-24");
        (await AuditAsync()).ShouldContain("devis/D-1 start 2026-11-24");
    }

    [Fact]
    public async Task Run_LockLostDuringTheResponse_RecordsDeliveredAlerts()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        var isLost = false;
        Discord.OnRequest = () =>
        {
            isLost = true;
            return Task.CompletedTask;
        };

        await NewTask(Settings).RunAsync(new CheckDevisNotificationsOptions(), Context(() => isLost.ShouldBeFalse()), Cancellation);

        (await RowAsync("D-1")).GetString("StartNotifiedFor").ShouldBe("2026-11-24");
    }

    [Fact]
    public async Task Run_StoppedBeforeSending_SendsNothing()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));

        await Should.ThrowAsync<RunStoppedException>(() =>
            NewTask(Settings).RunAsync(new CheckDevisNotificationsOptions(), Context(() => throw new RunStoppedException("stopped")), Cancellation));

        Discord.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_TableIsReadOnly_SendsNothing()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        var fault = new FaultPolicy(
            request => request.Uri.Path.Contains("RowKey='D-1'", StringComparison.Ordinal) && request.Method.Method is not "GET",
            403,
            "AuthorizationPermissionMismatch");

        await Should.ThrowAsync<RequestFailedException>(() => RunAsync(policies: fault));

        fault.Met.ShouldBeTrue();
        Discord.Requests.ShouldBeEmpty("each retry would send it again");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_RowChangesBeforeSending_IsStillSentIfItIsDue(bool isDeleted)
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        var change = new InterveningPolicy(
            request => request.Method.Method is "MERGE" or "PATCH" && Discord.Requests.Count == 0,
            () => isDeleted
                ? Storage.Devis.DeleteEntityAsync("devis", "D-1", cancellationToken: Cancellation)
                : AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"), ("AgentPlateforme", "new")));

        var result = await RunAsync(policies: change);

        change.Met.ShouldBeTrue();
        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        result.Count("startSent").ShouldBe(isDeleted ? 0 : 1);
    }

    [Fact]
    public async Task Run_AlertsCantBeRecorded_StopsAndReportsDeliveredAlerts()
    {
        for (var i = 0; i < 11; i++)
        {
            await AddDevisAsync($"D-{i:00}", ("Statut", true), ("DateDebut", "2026-11-24"));
        }

        var fault = new FaultPolicy(
            request => request.Uri.Path.Contains("RowKey='D-03'", StringComparison.Ordinal) && request.Method.Method is not "GET",
            403,
            "AuthorizationFailure");
        var context = Context();

        await Should.ThrowAsync<RequestFailedException>(() => NewTask(Settings, fault).RunAsync(new CheckDevisNotificationsOptions(), context, Cancellation));

        fault.Met.ShouldBeTrue();
        var soFar = context.PartialResult.ShouldNotBeNull()();
        soFar.Count("startSent").ShouldBe(10);
        soFar.Warnings.ShouldHaveSingleItem().ShouldStartWith("devis/D-03: ");
        Discord.Delivered.Count.ShouldBe(1, "nothing more is sent that can't be remembered");
        (await RowAsync("D-04")).GetString("StartNotifiedFor").ShouldBe("2026-11-24");
    }

    [Fact]
    public async Task Run_RowChangedBetweenSendingAndRecording_KeepsBothChanges()
    {
        await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-11-24"));
        Discord.OnRequest = () => AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2026-12-24"), ("AgentPlateforme", "new"));

        await RunAsync();

        var row = await RowAsync("D-1");
        row.GetString("StartNotifiedFor").ShouldBe("2026-11-24");
        row.GetString("DateDebut").ShouldBe("2026-12-24");
        row.GetString("AgentPlateforme").ShouldBe("new");
    }
}
