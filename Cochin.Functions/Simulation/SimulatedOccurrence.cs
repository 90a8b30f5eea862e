using Cochin.Functions.Running;

namespace Cochin.Functions.Simulation;

/// <summary>An occurrence and what becomes of it.</summary>
/// <param name="At">The tick that settles it.</param>
/// <param name="SupersededBy">The occurrence that is looked at in its place, of one that is <see cref="SimulatedOutcome.Superseded"/>.</param>
internal sealed record SimulatedOccurrence(JobDefinition Job, DateTimeOffset Due, SimulatedOutcome Outcome, DateTimeOffset At, DateTimeOffset? SupersededBy = null)
{
    public TimeSpan Late => At - Due;
}
