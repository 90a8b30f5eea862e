using System.Globalization;

namespace Cochin.Functions.Tests.Proof;

/// <summary>
/// The report of the proofs. Each proof writes a table to the test output and, under <c>./cochin prove</c>, to a file that becomes
/// a section of <c>docs/proof.md</c>.
/// </summary>
internal static class ProofReport
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("COCHIN_PROOF_REPORT");

    /// <param name="place">The section number, e.g. <c>1.2</c>.</param>
    /// <param name="title">The section's heading.</param>
    /// <param name="summary">What was tested, and the result, in one or two sentences.</param>
    public static void Write(string place, string title, string summary, string[] columns, IEnumerable<object?[]> rows)
    {
        var text = $"## {place} {title}\n\n{summary}\n\n{Line(columns)}{Line(columns.Select(_ => "---"))}{string.Concat(rows.Select(Line))}";
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        if (Folder is not null)
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(Path.Combine(Folder, place + ".md"), text);
        }
    }

    private static string Line(IEnumerable<object?> cells)
    {
        var texts = cells.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture)!.Replace("|", "\\|", StringComparison.Ordinal));
        return $"| {string.Join(" | ", texts)} |\n";
    }
}
