using System.Globalization;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>Backups whose time is not known, or not that of their blob. They are kept, and the rules don't count them.</summary>
internal static class UndatedBackups
{
    /// <summary>Whether so many backups of a configuration were uploaded within an hour that the time of the upload says nothing about their age.</summary>
    public static bool AreCopied(IEnumerable<Candidate> backups) =>
        RegisteredBackup.AreCopied(
            backups.Where(backup => backup.HasUploadTime).DistinctBy(backup => (object?)backup.Blob ?? backup.Id)
                .Select(backup => backup.At!.Value));

    /// <param name="hasOthers">Whether the configuration has backups that another program recorded.</param>
    /// <returns>What the operator has to do about the backups of a configuration, as sentences.</returns>
    public static IEnumerable<string> Warnings(string configuration, IReadOnlyList<PlannedBackup> planned, bool hasOthers)
    {
        foreach (var backup in planned.Where(backup => backup.Reason == RetentionRule.Rewritten))
        {
            var writtenAt = backup.Blob!.LastModified.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
            yield return $"{backup.Target} was kept and does not count: its blob was written after its record ({writtenAt}) and differs from it. "
                + "If it was overwritten on purpose, write the CompletedAt, SizeBytes and Sha256 of the new content into its row; otherwise it is damaged.";
        }

        var undated = planned.Count(backup => backup.Reason == RetentionRule.Undated);
        if (undated > 0)
        {
            var why = hasOthers
                ? "and another program records the backups of this configuration"
                : "and several were uploaded within an hour, as by a copy";
            yield return $"{undated} of the backups of the configuration '{configuration}' were kept and don't count, because their age is unknown: "
                + $"{RegisteredBackup.Creator} registered them with the time of their upload, {why}. "
                + "Write when each was made into the CompletedAt of its row, or protect or delete it.";
        }
    }
}
