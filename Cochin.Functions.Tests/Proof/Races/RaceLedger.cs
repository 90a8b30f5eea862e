using System.Collections.Concurrent;
using System.Globalization;

namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>
/// The rounds of a race and what was wrong in them. Who is in a race, what the other side does and when is drawn from a seed that is
/// printed with each wrong result; <c>COCHIN_PROOF_SEED</c> draws the same again.
/// </summary>
internal sealed class RaceLedger
{
    private readonly ConcurrentQueue<string> wrong = new();

    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("COCHIN_PROOF_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : Random.Shared.Next();

    /// <summary>The round that is played, from 1 on; 0 is a rehearsal that does not count.</summary>
    public int Round { get; private set; }

    public int Rounds { get; private set; }

    /// <summary>In how many rounds the sides really met.</summary>
    public int Met { get; private set; }

    /// <param name="play">Plays a round with the chance it is given; says whether the sides met.</param>
    public async Task PlayAsync(int rounds, Func<Random, int, Task<bool>> play)
    {
        for (Round = 0; Round <= rounds; Round++)
        {
            var met = await play(ChanceOf(Round), Round);
            Rounds += Round > 0 ? 1 : 0;
            Met += Round > 0 && met ? 1 : 0;
        }
    }

    public static Random ChanceOf(int round) => new(unchecked(Seed + (round * 7_919)));

    public void Expect(bool isRight, string otherwise)
    {
        if (!isRight)
        {
            wrong.Enqueue($"seed {Seed}, round {Round}: {otherwise}");
        }
    }

    /// <summary>Writes the section of the report, then fails where a result was wrong or the sides hardly ever met.</summary>
    public void Conclude(string place, string title, string summary, params (string Column, object Value)[] cells)
    {
        ProofReport.Write(
            place,
            title,
            summary,
            ["rounds", "rounds with contention", .. cells.Select(cell => cell.Column), "wrong", "seed"],
            [[Rounds, Met, .. cells.Select(cell => cell.Value), wrong.Count, Seed]]);
        wrong.ShouldBeEmpty();
        Met.ShouldBeGreaterThan(Rounds / 4, $"seed {Seed}: the sides hardly ever met");
    }
}
