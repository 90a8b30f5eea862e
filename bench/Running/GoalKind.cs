namespace Cochin.Bench.Running;

internal enum GoalKind
{
    AtLeast,
    AtMost,
}
