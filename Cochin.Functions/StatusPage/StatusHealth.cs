using Cochin.Functions.Jobs;

namespace Cochin.Functions.StatusPage;

/// <summary>Everything in one sentence, and what to do.</summary>
/// <param name="Problems">The worst first; none where all is well.</param>
internal sealed record StatusHealth(HealthLevel Level, string Sentence, IReadOnlyList<StatusProblem> Problems);

/// <summary>One thing that is wrong.</summary>
/// <param name="Job">The job's name; null where it concerns none.</param>
/// <param name="Text">What is wrong, as a sentence.</param>
/// <param name="Next">What to type next.</param>
internal sealed record StatusProblem(HealthLevel Level, string? Job, string Text, string Next);
