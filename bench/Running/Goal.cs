namespace Cochin.Bench.Running;

/// <summary>What a ratio should be.</summary>
/// <param name="Ratio">Its name in <c>results.json</c>.</param>
/// <param name="Meaning">What is divided by what.</param>
internal sealed record Goal(string Ratio, GoalKind Kind, double Limit, string Meaning)
{
    public bool IsMetBy(double value) => Kind == GoalKind.AtLeast ? value >= Limit : value <= Limit;

    public override string ToString() => $"{(Kind == GoalKind.AtLeast ? "≥" : "≤")} {Limit}";
}
