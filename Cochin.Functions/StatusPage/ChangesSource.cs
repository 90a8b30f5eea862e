using Azure;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;

namespace Cochin.Functions.StatusPage;

/// <summary>Reads the end of the audit log.</summary>
internal sealed class ChangesSource(AuditTail tail)
{
    private const int Shown = 25;

    /// <summary>Trouble with the log is told in the result: the rest of the page is worth showing without it.</summary>
    public async Task<StatusChanges> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A change that was made is announced before: its own line is enough here.
            var lines = await tail.ReadAsync(4 * Shown, cancellationToken).ConfigureAwait(false);
            return new StatusChanges([.. lines.Where(line => line.Result != AuditLine.Planned).Take(Shown).Select(ToChange)], Note: null);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException && StorageProblem.Explain(e) is { } trouble)
        {
            return new StatusChanges([], $"The audit log could not be read. {PageText.Clean(trouble.Message)} {PageText.Clean(trouble.Hint)}");
        }
    }

    private static StatusChange ToChange(AuditLine line) => new(
        line.Action == AuditLine.Unreadable ? null : line.Time.UtcDateTime,
        PageText.Clean(line.Job, PageText.NameLimit),
        PageText.Clean(line.Action, PageText.NameLimit),
        PageText.Clean(line.Target),
        PageText.Clean(line.Result, PageText.NameLimit),
        PageText.Clean(line.Run, PageText.NameLimit));
}
