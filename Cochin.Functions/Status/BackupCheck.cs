using Cochin.Functions.Watching;

namespace Cochin.Functions.Status;

/// <summary>Looks whether each configuration has a backup that is new enough, where that is watched.</summary>
internal sealed class BackupCheck(ConcernSource concerns, WatchSettings settings, TimeProvider time)
{
    private const string Name = "backups";
    private const string Why = "nobody notices a missing backup until it is needed";

    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken)
    {
        if (!settings.WatchesBackups)
        {
            return [Check.Warning(Name, "how old they may be is not set", Why, "Set Cochin__Backups__ExpectedHours, e.g. to 26 for daily ones")];
        }

        var now = time.GetUtcNow();
        var (overdue, _) = await concerns.OfBackupsAsync(now, cancellationToken).ConfigureAwait(false);
        return overdue.Count == 0
            ? [Check.Ok(Name, "each watched configuration has a new enough one", Why)]
            : [.. overdue.Select(concern => Check.Wrong(
                $"backups of {concern.Subject}",
                concern.Since is { } newest ? $"the newest is {(now - newest).TotalHours:0} h old" : "there is none",
                Why,
                "./cochin operations list, and the application that makes them"))];
    }
}
