using System.Diagnostics;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;
using Cochin.Functions.Tests.Proof.Races;

namespace Cochin.Functions.Tests.Proof.Soak;

/// <summary><c>serve</c> with a job due every second, under faults and kills, while an application keeps making work.</summary>
public sealed class SoakTests(AzuriteServer server) : CommandTest(server)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(ProofScale.Of(25, 600));

    // The lease of a killed process, and then the work that has piled up.
    private const int SecondsToFinish = 120;

    private readonly AzuriteServer azurite = server;

    [Fact]
    public async Task Serve_FaultsAndKillsWhileWorkComesIn_LosesNothingAndDoesNothingTwice()
    {
        var chance = RaceLedger.ChanceOf(0);
        await using var discord = new FakeDiscord();
        await using var weather = new Weather(azurite.Endpoint, discord.Url, new Random(chance.Next()));
        var application = new SoakApplication(Storage, NewStorage(new BackdatePolicy(TimeSpan.FromHours(30))), new Random(chance.Next()));
        await application.PrepareAsync(Cancellation);
        await using var crew = new Crew(
            [.. Settings.Where(setting => setting.Key != "CochinStorage"), .. SoakJobs.Settings(weather)],
            new Random(chance.Next()));

        var clock = Stopwatch.StartNew();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        end.CancelAfter(Length);
        await Task.WhenAll(application.WorkAsync(end.Token), crew.WorkAsync(ProofScale.Of(1, 3), end.Token));
        weather.IsFine = true;
        var until = TimeProvider.System.GetUtcNow();
        await Wait.UntilNothingIsMissingAsync(
            async () =>
            [
                .. await SoakJobs.FindUnsettledAsync(Storage, until, Cancellation), .. await application.FindUndoneAsync(discord.Embeds, Cancellation),
            ],
            SecondsToFinish,
            Cancellation);
        var growth = await crew.EndAsync();
        var books = await SoakJobs.CloseBooksAsync(Storage, until, Cancellation);
        var wrongDeletions = await application.WrongDeletionsAsync(Cancellation);
        var leases = await Storage.System.GetBlobsAsync(BlobTraits.None, BlobStates.None, "locks/", Cancellation)
            .CountAsync(blob => blob.Properties.LeaseStatus == LeaseStatus.Locked, Cancellation);
        var log = await RunAsync("logs", "--verify", "--json");

        Report(clock.Elapsed, weather, crew, application, discord, books, growth, wrongDeletions, leases, log);
        weather.Faults.ShouldBeGreaterThan(0);
        crew.Ended.ShouldBeGreaterThan(0, "no process was ended in the middle");
        books.Doubled.ShouldBeEmpty();
        books.Lost.ShouldBeEmpty();
        books.Settled.ShouldBeGreaterThan(0);
        wrongDeletions.ShouldBeEmpty();
        (await application.FindUndoneAsync(discord.Embeds, Cancellation)).ShouldBeEmpty();
        leases.ShouldBe(0);
        application.MostAlerts(discord.Embeds).ShouldBeLessThanOrEqualTo(
            1 + crew.Ended,
            "an alert comes a second time only where a process was ended in the middle of sending it");
        log.Json.GetProperty("sound").GetBoolean().ShouldBeTrue(log.Output);
        if (ProofScale.IsWhole)
        {
            // In the small part it has hardly begun when it ends.
            growth.Memory.ShouldBeLessThan(200, "MiB more than when it was warm");
            growth.Handles.ShouldBeLessThan(100);
            growth.Threads.ShouldBeLessThan(30);
        }
    }

    private static void Report(
        TimeSpan length,
        Weather weather,
        Crew crew,
        SoakApplication application,
        FakeDiscord discord,
        SoakBooks books,
        ProcessGrowth growth,
        IReadOnlyCollection<string> wrongDeletions,
        int leases,
        CommandResult log) =>
        ProofReport.Write(
            "6",
            "Soak",
            $"`serve` in {crew.Size} process(es), all five jobs due every second, for {length.TotalSeconds:0} s (seed {RaceLedger.Seed}); "
            + "a proxy answers with 500, 503, resets before and after the work, delays and hangs; processes are ended with "
            + "SIGKILL and SIGTERM at random and restarted; an application creates temporary files, operations, backups and quotes. "
            + "An occurrence is carried out by exactly one `Completed` or `Partial` record; one that a newer "
            + "occurrence of its job overtook is superseded, as only the latest missed one is made up.",
            ["measure", "value"],
            [
                ["occurrences due", books.Due],
                ["carried out", books.Settled],
                ["settled as failed, missed or skipped", books.Otherwise],
                ["superseded by a newer one", books.Superseded],
                ["lost", books.Lost.Count],
                ["doubled", books.Doubled.Count],
                ["requests", weather.Requests],
                ["faults", weather.Faults],
                ["processes killed / asked to stop", $"{crew.Killed} / {crew.Stopped}"],
                ["units, operations, backups and quotes to process", application.Owed],
                ["wrong deletions", wrongDeletions.Count],
                [
                    "most copies of one alert (repeated if a process ended between Discord's response and the record of it)",
                    application.MostAlerts(discord.Embeds),
                ],
                ["leases left", leases],
                ["lines of the audit log / sound", $"{log.Json.GetProperty("lines").GetInt64()} / {log.Json.GetProperty("sound").GetBoolean()}"],
                ["memory of the longest-lived process at the start and the end, MiB", $"{growth.First.Memory} / {growth.Last.Memory}"],
                ["its handles", $"{growth.First.Handles} / {growth.Last.Handles}"],
                ["its threads", $"{growth.First.Threads} / {growth.Last.Threads}"],
            ]);
}
