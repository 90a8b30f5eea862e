namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>
/// One step of a history. Its numbers are taken modulo what there is to choose from, so that a step stays one whatever others are
/// taken out of the history before it.
/// </summary>
internal sealed record Step(StepKind Kind, int A = 0, int B = 0, int C = 0)
{
    // Odd, so that sums of them do not meet an age limit to the second.
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(17), TimeSpan.FromMinutes(67), TimeSpan.FromMinutes(133),
        TimeSpan.FromMinutes(133), TimeSpan.FromMinutes(401), TimeSpan.FromMinutes(401),
        TimeSpan.FromMinutes(1_511), TimeSpan.FromMinutes(1_511), TimeSpan.FromMinutes(4_327),
    ];

    private static readonly TimeSpan[] Skews =
    [
        TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(11), TimeSpan.FromMinutes(-11), TimeSpan.FromHours(3.1),
        TimeSpan.FromHours(-3.1), TimeSpan.FromHours(50), TimeSpan.FromHours(-50),
    ];

    /// <summary>The job's place in the catalogue; those that delete and reconcile more often than others.</summary>
    public int Job => (A % 12) switch { 7 => 1, 8 => 2, 9 => 4, 10 or 11 => 6, var place => place };

    /// <summary>Whether it is a tick of the scheduler, alive or not.</summary>
    public bool IsTick => Kind == StepKind.Tick || (Kind == StepKind.Death && B % 3 == 0);

    /// <summary>Whether a tick comes when the job is next due, and not just now.</summary>
    public bool IsWhenDue => IsTick && C % 4 != 0;

    public TimeSpan Waited => Waits[A % Waits.Length];

    public TimeSpan Skew => Skews[A % Skews.Length];

    public override string ToString() => $"new({nameof(StepKind)}.{Kind}, {A}, {B}, {C})";
}
