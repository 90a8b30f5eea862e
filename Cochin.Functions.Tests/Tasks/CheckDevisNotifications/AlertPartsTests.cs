using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CheckDevisNotifications;

/// <summary>Runs that are out of time before all alerts are sent.</summary>
public sealed class AlertPartsTests(AzuriteServer server) : AlertTest(server)
{
    [Fact]
    public async Task Run_OutOfTime_StopsBetweenMessagesAndContinues()
    {
        const int Quotes = 25;
        await AddDevisAsync("known", ("Montant", "1.00"), ("Statut", true), ("DateDebut", "2026-11-24"), ("StartNotifiedFor", "2026-11-24"));
        for (var i = 0; i < Quotes; i++)
        {
            await AddDevisAsync($"D{i:D2}", ("Montant", "10.00"), ("Statut", true), ("DateDebut", "2026-11-24"));
        }

        var kept = new MemoryCheckpoint();
        var results = new List<TaskResult>();
        do
        {
            var steps = 1;
            var context = Context(hasTime: () => steps-- > 0, checkpoint: kept);
            results.Add(await NewTask(Settings).RunAsync(new CheckDevisNotificationsOptions(), context, Cancellation));
        }
        while (results[^1].Reason == SkipReason.Unfinished && results.Count < 10);

        results.SkipLast(1).ShouldAllBe(result => result.Outcome == Outcome.Partial);
        results.Select(result => result.Count("startSent")).ShouldBe([10, 20, 25]);
        results[^1].Outcome.ShouldBe(Outcome.Completed);
        results[^1].Count("alreadySent").ShouldBe(1);
        results[^1].Count("examined").ShouldBe(Quotes + 1);
    }

    [Fact]
    public async Task Run_ForcedAndOutOfTime_SendsAll()
    {
        await AddDevisAsync("D1", ("Montant", "10.00"), ("Statut", true), ("DateDebut", "2026-11-24"), ("StartNotifiedFor", "2026-11-24"));

        var context = Context(hasTime: () => false, checkpoint: new MemoryCheckpoint());

        var result = await NewTask(Settings).RunAsync(new CheckDevisNotificationsOptions { Force = true }, context, Cancellation);

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Count("startSent").ShouldBe(1);
    }
}
