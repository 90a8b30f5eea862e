using Cochin.Functions.Storage;
using Cochin.Functions.Watching;

namespace Cochin.Functions.Status;

/// <summary>Checks whether each configuration has a good backup that is new enough, if that is watched.</summary>
internal sealed class BackupCheck(CochinStorage storage, WatchSettings settings, TimeProvider time)
{
    private const string Name = "backups";
    private const string Why = "a missing backup goes unnoticed until it is needed";
    private const string Next = "./cochin operations list, and the application that makes them";

    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken)
    {
        if (!settings.WatchesBackups)
        {
            return [Check.Warning(Name, "how old they may be is not set", Why, "Set Cochin__Backups__ExpectedHours, e.g. to 26 for daily ones")];
        }

        var now = time.GetUtcNow();
        var standings = await BackupTally.ReadAsync(storage, settings, now, cancellationToken).ConfigureAwait(false);
        List<Check> checks =
        [
            .. standings.Where(standing => standing.IsOverdue).Select(standing => Check.Wrong(
                NameOf(standing), standing.Newest is { } newest ? $"the newest is {(now - newest).TotalHours:0} h old" : "there is none", Why, Next)),
        ];
        if (checks.Count == 0)
        {
            checks.Add(Check.Ok(Name, "each watched configuration has a new enough one", Why));
        }

        checks.AddRange(standings.Where(standing => standing.Empty + standing.Unread > 0).Select(standing =>
            Check.Warning(NameOf(standing), Doubtful(standing), "such a one is not counted as a backup", Next)));
        return checks;
    }

    private static string NameOf(BackupStanding standing) =>
        standing.Configuration.Length > 0 ? $"backups of {standing.Configuration}" : "backups without a configuration";

    private static string Doubtful(BackupStanding standing) => string.Join(
        ", ",
        new[]
        {
            standing.Empty > 0 ? $"{standing.Empty} completed with 0 bytes" : null,
            standing.Unread > 0 ? $"{standing.Unread} completed with SizeBytes that can't be read" : null,
        }.OfType<string>());
}
