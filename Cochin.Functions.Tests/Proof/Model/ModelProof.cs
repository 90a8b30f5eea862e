using System.Collections.Concurrent;
using System.Globalization;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>
/// Random histories of the application, the program, deaths and clocks on real storage, held against a reference in plain dictionaries.
/// A history that fails is made short and printed; <c>COCHIN_MODEL_SEED=N</c> plays one seed alone.
/// </summary>
public sealed class ModelProof(AzuriteServer server)
{
    private const int AtOnce = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Program_OverRandomHistories_KeepsEveryInvariant()
    {
        IReadOnlyList<uint> seeds = uint.TryParse(Environment.GetEnvironmentVariable("COCHIN_MODEL_SEED"), CultureInfo.InvariantCulture, out var only)
            ? [only]
            : [.. Enumerable.Range(1, ProofScale.Of(12, 150)).Select(seed => (uint)seed)];
        var histories = new ConcurrentBag<Played>();
        var failed = new ConcurrentQueue<uint>();

        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancellation }, async (seed, _) =>
        {
            if (failed.IsEmpty)
            {
                var played = await History.PlayAsync(server.Endpoint.ConnectionString, Histories.FromSeed(seed), Cancellation);
                histories.Add(played);
                if (played.Failure is not null)
                {
                    failed.Enqueue(seed);
                }
            }
        });

        Report(histories, failed.Count);
        if (failed.TryDequeue(out var first))
        {
            Assert.Fail(await ExplainAsync(first));
        }
    }

    private static void Report(IReadOnlyCollection<Played> histories, int failed) => ProofReport.Write(
        "4.1",
        "Model: random histories",
        $"{histories.Count} histories of {histories.Sum(played => played.Steps)} steps, "
        + $"compared with an in-memory reference after each step of the program; {failed} failed.",
        ["what", "how often"],
        histories.SelectMany(played => played.Kinds)
            .GroupBy(kind => kind.Key)
            .OrderBy(kind => kind.Key)
            .Select(kind => new object?[] { $"step: {kind.Key}", kind.Sum(one => one.Value) })
            .Concat(histories.SelectMany(played => played.Events)
                .GroupBy(happened => happened.Key)
                .OrderBy(happened => happened.Key)
                .Select(happened => new object?[] { happened.Key, happened.Sum(one => one.Value) })));

    private async Task<string> ExplainAsync(uint seed)
    {
        var steps = Histories.FromSeed(seed);
        async Task<string?> FailsAsync(IReadOnlyList<Step> some) => (await History.PlayAsync(server.Endpoint.ConnectionString, some, Cancellation)).Failure;
        if (await FailsAsync(steps) is not { } failure)
        {
            return $"The history of seed {seed} failed once and not again: a race. Repeat it with COCHIN_MODEL_SEED={seed}.";
        }

        var (shortest, why) = await Shrinker.ShrinkAsync(steps, failure, FailsAsync);
        return $"{steps.Length} steps from seed {seed} (repeat with COCHIN_MODEL_SEED={seed}) "
            + $"were made {shortest.Count}:\n  {string.Join(",\n  ", shortest)}\n{why}";
    }
}
