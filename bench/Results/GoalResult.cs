using Cochin.Bench.Running;

namespace Cochin.Bench.Results;

/// <summary>A goal and the measured value.</summary>
/// <param name="Goal">E.g. <c>≥ 0.9</c>.</param>
/// <param name="WhyMissed">Null if the goal was met, or if the reason is not known.</param>
internal sealed record GoalResult(string Ratio, string Meaning, string Goal, double Value, bool IsMet, string? WhyMissed)
{
    public static GoalResult Of(Goal goal, Findings findings)
    {
        var value = findings.Ratios[goal.Ratio];
        var isMet = goal.IsMetBy(value);
        return new GoalResult(goal.Ratio, goal.Meaning, goal.ToString(), value, isMet, isMet ? null : findings.Reasons.GetValueOrDefault(goal.Ratio));
    }
}
