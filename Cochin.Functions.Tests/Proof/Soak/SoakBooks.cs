namespace Cochin.Functions.Tests.Proof.Soak;

/// <summary>What became of all occurrences.</summary>
/// <param name="Due">One a job and second, from when the job was first seen.</param>
/// <param name="Settled">Carried out: with a record that says so.</param>
/// <param name="Otherwise">Settled as failed, missed, disabled or not configured.</param>
/// <param name="Superseded">Overtaken by a newer one of their job.</param>
/// <param name="Lost">Neither of these, each by job and time.</param>
/// <param name="Doubled">With more than one record that says they were carried out.</param>
internal sealed record SoakBooks(int Due, int Settled, int Otherwise, int Superseded, IReadOnlyList<string> Lost, IReadOnlyList<string> Doubled);
