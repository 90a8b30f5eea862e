namespace Cochin.Functions.Devis;

/// <summary>A line that was not imported.</summary>
/// <param name="Line">In CSV the line of the file, the header being 1; in JSON the place in the array, from 1.</param>
internal sealed record ImportProblem(int Line, string Reason);
