using Cochin.Functions.Running;

namespace Cochin.Functions.Status.Page;

/// <summary>Everything in one sentence, and what to do.</summary>
/// <param name="Problems">The worst first; none where all is well.</param>
internal sealed record StatusHealth(HealthLevel Level, string Sentence, IReadOnlyList<StatusProblem> Problems);
