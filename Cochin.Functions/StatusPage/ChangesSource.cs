using Azure;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;

namespace Cochin.Functions.StatusPage;

/// <summary>Reads the latest lines of the audit log.</summary>
internal sealed class ChangesSource(AuditTail tail)
{
    private const int MaxShown = 25;

    /// <summary>Returns a note instead of lines if the log can't be read, as the rest of the page is useful without it.</summary>
    public async Task<StatusChanges> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Each change is logged twice, when planned and when made. The page shows only the second line.
            var lines = await tail.ReadAsync(4 * MaxShown, cancellationToken).ConfigureAwait(false);
            return new StatusChanges([.. lines.Where(line => line.Result != AuditLine.Planned).Take(MaxShown).Select(ToChange)], Note: null);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException && StorageProblem.Explain(e) is { } problem)
        {
            return new StatusChanges([], $"The audit log could not be read. {PageText.Clean(problem.Message)} {PageText.Clean(problem.Hint)}");
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
