using System.Globalization;
using Azure.Data.Tables;
using Cochin.Bench.Contestants;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;
using Cochin.Functions.Storage;

namespace Cochin.Bench.Quotes;

/// <summary>Very many quotes on one day: the limit of the channel is what takes the time.</summary>
internal sealed class DevisBenchmark : Benchmark
{
    private const string Ratio = "devis_wall_vs_limit";
    private const int QuotesInMessage = 10;
    private const int RowsInTransaction = 100;

    public override string Name => "devis";

    public override string Title => "`check_devis_notifications`, a thousand due quotes";

    public override string About =>
        "`cochin check_devis_notifications` against a webhook on this machine with Discord's rate limit (five messages in two "
        + "seconds, with the usual headers, and 429 with `Retry-After` beyond that); the quotes are on an Azurite. "
        + "A message takes ten quotes, so a thousand take 100 messages and at least 38 s, five thousand 198 s; the time beyond "
        + "that is the program's. Each quote is read again before its message and updated after it.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(Ratio, GoalKind.AtMost, 1.1, "wall time, start-up included, over the minimum that the rate limit allows"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Node];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        await using var azurite = await BenchAzurite.StartAsync(context, cancellationToken);
        await using var discord = new LimitedDiscord();
        var quotes = context.Of(quick: 200, full: 1_000);
        var table = azurite.Connection.Connect(new StorageNames()).Devis;
        KeyValuePair<string, string>[] settings =
        [
            new("CochinStorage", azurite.Endpoint.ConnectionString),
            new("Cochin__Discord__WebhookUrl", discord.Address),
            new("Cochin__Discord__AllowAnyHost", "true"),
        ];

        var contest = new Contest(context)
        {
            Rounds = context.Of(quick: 1, full: 2),
            PrepareAsync = async token =>
            {
                discord.Reset();
                await SeedAsync(table, quotes, token);
            },
            CheckAsync = _ => Task.FromResult(discord.Cards == quotes && discord.Delivered == quotes / QuotesInMessage
                ? null
                : $"{discord.Cards} of {quotes} quotes were announced, in {discord.Delivered} messages."),
        };
        var ours = new Contestant(
            "`cochin check_devis_notifications`",
            () => CochinProgram.Start(context.Root, settings, "check_devis_notifications"));
        var series = await contest.RunAsync([ours], cancellationToken);

        var least = LimitedDiscord.Least(quotes / QuotesInMessage).TotalSeconds;
        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                [Ratio] = series[0].Wall.Median / least,
                ["devis_refusals_per_100_messages"] = 100d * discord.Refused / discord.Delivered,
            },
            Tables =
            [
                SeriesTable.Of(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{quotes:N0} quotes in {quotes / QuotesInMessage} messages, {least:0} s at the least; {discord.Refused} refused with 429"),
                    series,
                    quotes),
            ],
        };
    }

    private static async Task SeedAsync(TableClient table, int quotes, CancellationToken cancellationToken)
    {
        await table.CreateIfNotExistsAsync(cancellationToken);

        // Yesterday is due whatever the time zone, and late.
        var day = DevisRow.Text(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1)));
        foreach (var some in Enumerable.Range(0, quotes).Chunk(RowsInTransaction))
        {
            await table.SubmitTransactionAsync(
                some.Select(i => new TableTransactionAction(TableTransactionActionType.UpsertReplace, Row(i, day))),
                cancellationToken);
        }
    }

    private static TableEntity Row(int i, string day) => new(DevisRow.Partition, string.Create(CultureInfo.InvariantCulture, $"D{i:D6}"))
    {
        ["Montant"] = "1234.56",
        ["Statut"] = true,
        ["DateRendu"] = day,
        ["AgentPlateforme"] = "Agent",
    };
}
