namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>
/// Makes a failing history short: leaves out ever smaller pieces, then simplifies numbers, as long as it still fails. (CsCheck shrinks
/// by drawing anew, which for histories of real requests takes hundreds of them.)
/// </summary>
internal static class Shrinker
{
    /// <param name="fails">Plays a history; what did not hold, or null.</param>
    /// <returns>A history no step of which can be left out, and how it fails.</returns>
    public static async Task<(IReadOnlyList<Step> Steps, string Failure)> ShrinkAsync(
        IReadOnlyList<Step> steps,
        string failure,
        Func<IReadOnlyList<Step>, Task<string?>> fails)
    {
        for (var piece = Math.Max(1, steps.Count / 2); ; piece = Math.Max(1, piece / 2))
        {
            var isShorter = false;
            for (var start = steps.Count - piece; start >= 0; start -= piece)
            {
                IReadOnlyList<Step> shorter = [.. steps.Take(start), .. steps.Skip(start + piece)];
                if (shorter.Count > 0 && await fails(shorter) is { } still)
                {
                    (steps, failure, isShorter) = (shorter, still, true);
                }
            }

            if (piece == 1 && !isShorter)
            {
                break;
            }
        }

        for (var i = 0; i < steps.Count; i++)
        {
            foreach (var simpler in new[] { steps[i] with { A = 0 }, steps[i] with { B = 0 }, steps[i] with { C = 0 } })
            {
                IReadOnlyList<Step> candidate =
                [
                    .. steps.Take(i),
                    simpler with { A = Math.Min(simpler.A, steps[i].A), B = Math.Min(simpler.B, steps[i].B), C = Math.Min(simpler.C, steps[i].C) },
                    .. steps.Skip(i + 1),
                ];
                if (candidate[i] != steps[i] && await fails(candidate) is { } still)
                {
                    (steps, failure) = (candidate, still);
                }
            }
        }

        return (steps, failure);
    }
}
