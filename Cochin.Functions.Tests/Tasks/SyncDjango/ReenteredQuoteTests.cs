using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>A quote that is deleted in the application and entered again: its alerts are sent once, and its earlier row sends none.</summary>
public sealed class ReenteredQuoteTests(AzuriteServer server) : SyncTest(server)
{
    private const string Day = "2026-11-30";

    // The key of record 10 comes before that of record 9.
    [Theory]
    [InlineData(1, 2)]
    [InlineData(9, 10)]
    public async Task Run_QuoteDeletedAndEnteredAgain_IsActiveOnceAndNotAnnouncedAgain(long first, long second)
    {
        await SyncAndAnnounceAsync(first);
        Delete(first);
        Django.AddQuote(second, "DV/1");
        Django.AddQuote(20, "DV/2", ("date_debut", "2027-01-01"));
        (await RunAsync(dryRun: true)).Count("written").ShouldBe(3);
        (await DescribeAsync(first)).ShouldBe("True 2026-11-30");

        var result = await RunAsync();

        Counts(result).ShouldBe("quotes=2 written=3");
        result.Warnings.ShouldHaveSingleItem().ShouldBe(
            $"devis/django-{first} is no longer in the database, and another record has its number 'DV/1', so it was made inactive: "
                + "otherwise each alert would be sent twice.");
        (await DescribeAsync(first)).ShouldBe("False 2026-11-30");
        (await DescribeAsync(second)).ShouldBe("True 2026-11-30");
        (await AuditAsync()).ShouldContain($"\"action\":\"supersede\",\"target\":\"devis/django-{first}\",\"result\":\"inactive\"");
        (await DueAlertsAsync()).ShouldBe(0);
        var again = await RunAsync();
        again.Count("written").ShouldBe(0);
        again.Warnings.ShouldHaveSingleItem().ShouldBe($"devis/django-{first} is no longer in the database; its row stays.");
    }

    // The application deletes a quote by making its record inactive. Its full maintenance removes the record later.
    [Theory]
    [InlineData(1, 2, false)]
    [InlineData(9, 10, false)]
    [InlineData(9, 10, true)]
    public async Task Run_QuoteDeletedInTheApplicationAndEnteredAgain_IsNotAnnouncedAgain(long first, long second, bool isCopiedBetween)
    {
        await SyncAndAnnounceAsync(first);
        Django.Execute("UPDATE database_dynamicrecord SET is_active = 0 WHERE id = $id", ("$id", first));
        if (isCopiedBetween)
        {
            await RunAsync();
        }

        Django.AddQuote(second, "DV/1");

        await RunAsync();

        (await DescribeAsync(first)).ShouldBe("False 2026-11-30");
        (await DescribeAsync(second)).ShouldBe("True 2026-11-30");
        (await DueAlertsAsync()).ShouldBe(0);
        (await RunAsync()).Count("written").ShouldBe(0);
    }

    [Theory]
    [InlineData("DV/1\t")]
    [InlineData("\u00A0DV/1")]
    public async Task Run_NumberEnteredAgainWithOtherSpace_IsTheSameQuote(string number)
    {
        await SyncAndAnnounceAsync(1);
        Delete(1);
        Django.AddQuote(2, number);

        await RunAsync();

        (await DescribeAsync(1)).ShouldBe("False 2026-11-30");
        (await DescribeAsync(2)).ShouldBe("True 2026-11-30");
    }

    [Fact]
    public async Task Run_AfterAllAlertsWereTakenOver_ReadsTheRowsOnce()
    {
        await SyncAndAnnounceAsync(1);
        var before = await CountReadsAsync();
        Delete(1);
        Django.AddQuote(2, "DV/1");
        (await CountReadsAsync()).ShouldBeGreaterThan(before);

        (await CountReadsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Run_OneOfTwoQuotesOfANumberDeleted_LeavesTheOtherOneActive()
    {
        Django.AddQuote(2, "DV/1");
        await SyncAndAnnounceAsync(1);
        await AnnounceAsync(2);
        Delete(1);

        (await RunAsync()).Count("written").ShouldBe(1);

        (await DescribeAsync(1)).ShouldBe("False 2026-11-30");
        (await DescribeAsync(2)).ShouldBe("True 2026-11-30");
    }

    [Fact]
    public async Task Run_AlertSentWhileTheEarlierRowWasMadeInactive_IsHandedOverByTheNextRun()
    {
        Django.AddQuote(1, "DV/1");
        await RunAsync();
        Delete(1);
        Django.AddQuote(2, "DV/1");
        await RunAsync();
        await AnnounceAsync(1);

        Counts(await RunAsync()).ShouldBe("quotes=1 written=1 unchanged=1");

        (await DescribeAsync(2)).ShouldBe("True 2026-11-30");
        (await RunAsync()).Count("written").ShouldBe(0);
    }

    [Fact]
    public async Task Run_QuoteEnteredAgainAfterItsRowBecameInactive_IsNotAnnouncedAgain()
    {
        await SyncAndAnnounceAsync(1);
        Django.SetQuote(1, "statut", "False");
        await RunAsync();
        Delete(1);
        Django.AddQuote(2, "DV/1");

        await RunAsync();

        (await DescribeAsync(2)).ShouldBe("True 2026-11-30");
        (await DueAlertsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Run_OlderCopyOfTheDatabase_HandsTheAlertsBack()
    {
        await SyncAndAnnounceAsync(1);
        Delete(1);
        Django.AddQuote(2, "DV/1");
        await RunAsync();
        Delete(2);
        Django.AddQuote(1, "DV/1");

        await RunAsync();

        (await DescribeAsync(1)).ShouldBe("True 2026-11-30");
        (await DescribeAsync(2)).ShouldBe("False 2026-11-30");
        (await DueAlertsAsync()).ShouldBe(0);
    }

    // Another database, for example, has other numbers, or the same ones without active quotes.
    [Fact]
    public async Task Run_NumberThatNoOtherQuoteHas_LeavesTheRowActive()
    {
        Django.AddQuote(2, "DV/2");
        Django.AddQuote(3, "DV/3");
        await SyncAndAnnounceAsync(1);
        Django.Execute("DELETE FROM database_dynamicvalue");
        Django.Execute("DELETE FROM database_dynamicrecord");
        Django.AddQuote(11, "DV/1", ("statut", "False"));
        Django.AddRecord(12, 0, false, false, [("numero_devis", "DV/2"), ("statut", "True")]);
        Django.AddQuote(13, "DV/4");

        var result = await RunAsync();

        Counts(result).ShouldBe("quotes=3 written=3");
        result.Tables[0].Rows.Select(row => $"{row[0]} {row[1]}").ShouldBe(["gone devis/django-2", "gone devis/django-3", "gone devis/django-1"]);
        result.Warnings.ShouldAllBe(warning => warning.Contains("and is active, so the alerts of 'DV/", StringComparison.Ordinal));
        (await DescribeAsync(1)).ShouldBe("True 2026-11-30");
        (await DescribeAsync(2)).ShouldStartWith("True");
        (await DescribeAsync(3)).ShouldStartWith("True");
        (await DescribeAsync(11)).ShouldStartWith("False");
    }

    /// <summary>Adds a quote, copies it and records that the start of its period was announced.</summary>
    private async Task SyncAndAnnounceAsync(long id)
    {
        Django.AddQuote(id, "DV/1");
        await RunAsync();
        await AnnounceAsync(id);
    }

    private async Task AnnounceAsync(long id) =>
        await ChangeAsync(Storage.Devis, await QuoteAsync($"django-{id}"), (nameof(DevisRow.StartNotifiedFor), Day));

    /// <summary>Runs, and returns the number of requests to the table of the quotes.</summary>
    private async Task<int> CountReadsAsync()
    {
        var reads = new CountingPolicy(request => request.Uri.ToString().Contains(Storage.Devis.Name, StringComparison.Ordinal));
        await RunAsync(storage: NewStorage(reads));
        return reads.Count;
    }

    private void Delete(long id)
    {
        Django.Execute("DELETE FROM database_dynamicvalue WHERE record_id = $id", ("$id", id));
        Django.Execute("DELETE FROM database_dynamicrecord WHERE id = $id", ("$id", id));
    }

    private async Task<string> DescribeAsync(long id)
    {
        var row = DevisRow.From(await QuoteAsync($"django-{id}"));
        return $"{row.Statut} {row.StartNotifiedFor}";
    }

    /// <summary>The number of alerts that would be sent on the day after the period starts.</summary>
    private async Task<long> DueAlertsAsync()
    {
        var settings = new DiscordSettings { WebhookUrl = new Uri("http://127.0.0.1:9/"), AllowAnyHost = true };
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.Zero));
        var task = new CheckDevisNotificationsTask(new DiscordWebhook(settings, TimeProvider.System), settings, new DevisSettings(), clock);
        var result = await new TaskOnStorage(task, Storage).RunAsync(new CheckDevisNotificationsOptions { DryRun = true }, Context(), Cancellation);
        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        return result.Count("startSent") + result.Count("endSent");
    }
}
