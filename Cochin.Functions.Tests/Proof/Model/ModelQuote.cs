namespace Cochin.Functions.Tests.Proof.Model;

/// <param name="StartAnnounced">The date that was announced last; null for none.</param>
internal sealed record ModelQuote(bool IsActive, string? Start, string? End, string? StartAnnounced, string? EndAnnounced)
{
    public IEnumerable<(string Kind, string? Date, string? Announced)> Alerts => [("start", Start, StartAnnounced), ("end", End, EndAnnounced)];
}
