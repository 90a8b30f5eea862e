using System.Globalization;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tasks.VerifyBackups;

namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>What must hold after the program did something, given the store as it was before and as it is now.</summary>
internal sealed class Invariants(Reference before, Snapshot after, ProgramRun run)
{
    private readonly List<string> broken = [];

    /// <summary>What does not hold, in sentences; none where all is well.</summary>
    public IReadOnlyList<string> Check(IReadOnlyList<SentAlert> sent)
    {
        CheckBlobs();
        CheckOperations();
        CheckQuotes(sent);
        return broken;
    }

    private void CheckBlobs()
    {
        foreach (var name in before.Blobs.Keys.Except(after.Blobs.Keys))
        {
            var unit = Reference.UnitOf(name);
            if (run.Is(PruneBackupsDescription.Name))
            {
                Hold(
                    before.MayBePruned(name, run.Now, written => Reference.MayBeOld(written, Reference.Grace, run.Now)),
                    $"{name} was pruned, and something keeps it");
                continue;
            }

            Hold(run.CleanupAge is not null && !run.IsDry, $"{name} was deleted by {run.Job.Name}{(run.IsDry ? " in a dry run" : "")}");
            Hold(unit is not null, $"{name} was deleted, which is no temporary file");
            if (unit is not null && run.CleanupAge is { } age)
            {
                Hold(
                    before.MayBeDeleted(unit, age, run.Now),
                    $"{name} was deleted, and its unit is {(before.IsInUse(unit) ? "in use" : before.IsLeased(unit) ? "leased" : "fresh")}");
            }
        }

        foreach (var (name, blob) in after.Blobs)
        {
            Hold(before.Blobs.TryGetValue(name, out var was), $"{name} came from nowhere");
            Hold(was is null || was.ETag == blob.ETag, $"{name} was written to");
        }

        if (run.Worked && run.Task == PruneBackupsDescription.Name)
        {
            foreach (var name in after.Blobs.Keys)
            {
                Hold(
                    !before.MayBePruned(name, run.Now, written => Reference.IsOld(written, Reference.Grace, run.Now)),
                    $"{name} is kept by nothing, and was left");
            }
        }

        if (run.Worked && run.CleanupAge is { } limit)
        {
            foreach (var unit in after.Blobs.Keys.Select(Reference.UnitOf).OfType<string>().Distinct())
            {
                Hold(!before.MustBeDeleted(unit, limit, run.Now), $"{unit} is old and unused, and was left");
            }
        }
    }

    private void CheckOperations()
    {
        foreach (var (key, was) in before.Operations)
        {
            if (!after.Operations.TryGetValue(key, out var now))
            {
                Hold(false, $"{key} was deleted");
                continue;
            }

            var blobIsThere = was.BlobName is not null && before.Blobs.ContainsKey(was.BlobName);
            var isReplaced = was.Status is "pruned" or "file_missing" && now.Status == "completed" && now.IsRegistered
                && run.Is(RebuildBackupPathsDescription.Name);
            var allowed = isReplaced
                ? now with { Kind = was.Kind, Id = was.Id, BlobName = was.BlobName, BackupId = was.BackupId, IsProtected = was.IsProtected }
                : run.Is(VerifyBackupsDescription.Name) && was.Status == "completed"
                ? was with { Sha256 = now.Sha256, VerifiedETag = now.VerifiedETag, VerifiedAt = now.VerifiedAt, IsDamaged = now.IsDamaged }
                : run.Is(CleanupStuckOperationsDescription.Name) ? was with { Status = now.Status, CompletedAt = now.CompletedAt }
                : run.Is(PruneBackupsDescription.Name) || run.Is(RebuildBackupPathsDescription.Name)
                    ? was with { Status = now.Status, IsPruneBegun = now.IsPruneBegun, PrunedAt = now.PrunedAt }
                : was with { Status = now.Status };
            var isGone = was.BlobName is not null && !after.Blobs.ContainsKey(was.BlobName);
            var isTaken = before.Operations.Values.Any(other => other.BlobName == was.BlobName
                && (other.IsLive || other is { Kind: "backup", Status: "completed" }));
            Hold(now == allowed, $"more than it may be of {key} was changed: {was} to {now}");
            Hold(
                !isReplaced || was.IsRegistered || (before.Blobs.TryGetValue(was.BlobName!, out var found)
                    && now.CompletedAt == found.WrittenAt && now.Sha256 == before.Contents[found.ETag].Sha256
                    && Reference.MayBeOld(found.WrittenAt, Reference.Grace, run.Now)),
                $"{key} describes another backup than its blob: {now}");
            Hold(
                was.Status is not ("pruned" or "file_missing") || now.Status != "completed" || isReplaced || was.Sha256 is null
                || (before.Blobs.TryGetValue(was.BlobName!, out var back) && before.Contents[back.ETag].Sha256 == was.Sha256),
                $"{key} has its old time back, and its blob is another one");
            Hold(
                was.Status == now.Status
                || (was.IsLive && now.Status == "failed" && run.Is(CleanupStuckOperationsDescription.Name)
                    && Reference.MayBeOld(was.LastSign, Reference.StuckAfter, run.Now))
                || (was.Status == "completed" && now.Status == "file_missing" && run.Is(RebuildBackupPathsDescription.Name) && !blobIsThere)
                || (was.Status == "completed" && now.Status == "pruned" && isGone && run.Is(PruneBackupsDescription.Name) && (blobIsThere || was.IsPruneBegun))
                || (was.Status == "completed" && now.Status == "pruned" && isGone && run.Is(RebuildBackupPathsDescription.Name) && was.IsPruneBegun)
                || (was.Status == "pruned" && now is { Status: "completed", IsPruneBegun: false }
                    && run.Is(RebuildBackupPathsDescription.Name) && blobIsThere && !isTaken)
                || (was.Status == "file_missing" && now.Status == "completed" && run.Is(RebuildBackupPathsDescription.Name) && blobIsThere
                    && !(isReplaced && isTaken)),
                $"{key} went from {was.Status} to {now.Status} by {run.Job.Name}{(run.IsDry ? " in a dry run" : "")}, "
                + $"its blob {(blobIsThere ? "there" : "gone")}, its last sign at {was.LastSign:u}");

            if (run.Worked && run.Task == CleanupStuckOperationsDescription.Name)
            {
                Hold(
                    !now.IsLive || !Reference.IsOld(was.LastSign, Reference.StuckAfter, run.Now),
                    $"{key} is stuck since {was.LastSign:u}, and was not marked");
            }

            if (run.Worked && run.Task == RebuildBackupPathsDescription.Name && was is { Kind: "backup", BlobName: not null })
            {
                Hold(
                    was.Status != "completed" || blobIsThere || now.Status == (was.IsPruneBegun ? "pruned" : "file_missing"),
                    $"the blob of {key} is gone, and it does not say so");
                Hold(
                    was.Status is not ("pruned" or "file_missing") || !blobIsThere || now.Status == "completed" || isTaken
                    || after.Operations.Values.Any(other => other is { Kind: "backup", Status: "completed" } && other.BlobName == was.BlobName)
                    || !Reference.IsOld(before.Blobs[was.BlobName!].WrittenAt, Reference.Grace, run.Now),
                    $"the blob of {key} is back, and it was not healed");
            }
        }

        CheckRegistered();
        CheckVerified();
    }

    private void CheckVerified()
    {
        foreach (var (key, was) in before.Operations.Where(operation => operation.Value is { Kind: "backup", Status: "completed", BlobName: not null }))
        {
            if (!run.Worked || run.Task != VerifyBackupsDescription.Name || !before.Blobs.TryGetValue(was.BlobName!, out var blob))
            {
                continue;
            }

            var ((sha256, isSound), now) = (before.Contents[blob.ETag], after.Operations[key]);
            var isDamaged = !isSound || (was.Sha256 ?? sha256) != sha256;
            Hold(now.IsDamaged == isDamaged, $"{key} is {(isDamaged ? "damaged" : "sound")}, and does not say so");
            Hold(isDamaged || (now.VerifiedETag == blob.ETag.Trim('"') && now.Sha256 == sha256), $"{key} is sound, and its row is about something else");
        }
    }

    private void CheckRegistered()
    {
        var registered = after.Operations.Where(operation => !before.Operations.ContainsKey(operation.Key)).Select(operation => operation.Value).ToList();
        foreach (var row in registered)
        {
            Hold(
                run.Is(RebuildBackupPathsDescription.Name) && row is { Kind: "backup", Status: "completed", BlobName: not null }
                && before.IsOrphan(row.BlobName)
                && before.Blobs.TryGetValue(row.BlobName, out var blob) && Reference.MayBeOld(blob.WrittenAt, Reference.Grace, run.Now),
                $"{row} was registered, and is no orphan");
        }

        Hold(registered.DistinctBy(row => row.BlobName).Count() == registered.Count, "a backup was registered twice");
        if (run.Worked && run.Task == RebuildBackupPathsDescription.Name)
        {
            foreach (var (name, _) in before.Blobs.Where(blob => before.IsOrphan(blob.Key) && Reference.IsOld(blob.Value.WrittenAt, Reference.Grace, run.Now)))
            {
                Hold(registered.Exists(row => row.BlobName == name), $"{name} is an orphan, and was not registered");
            }
        }
    }

    private void CheckQuotes(IReadOnlyList<SentAlert> sent)
    {
        Hold(sent.Distinct().Count() == sent.Count, "an alert was sent twice in one run");
        foreach (var alert in sent)
        {
            Hold(run.Is(CheckDevisNotificationsDescription.Name), $"{alert} was sent by {run.Job.Name}");
            Hold(
                before.Quotes.TryGetValue(alert.Number, out var quote) && IsDue(quote, alert.Kind) && DateOf(quote, alert.Kind) == alert.Date,
                $"{alert} was sent, and was not due on {run.Today}");
        }

        foreach (var (number, was) in before.Quotes)
        {
            var now = after.Quotes[number];
            Hold(now == was with { StartAnnounced = now.StartAnnounced, EndAnnounced = now.EndAnnounced }, $"{number} was changed: {was} to {now}");
            foreach (var (kind, date, announced) in now.Alerts)
            {
                var wasAnnounced = was.Alerts.Single(alert => alert.Kind == kind).Announced;
                var isSent = sent.Contains(new SentAlert(number, kind, date ?? ""));
                Hold(announced == wasAnnounced || (isSent && announced == date), $"{number} says that its {kind} of {announced} was announced, and it was not");
                Hold(run.Died || !isSent || announced == date, $"the {kind} of {number} was announced, and nobody wrote it down");
                Hold(
                    !run.Worked || run.Task != CheckDevisNotificationsDescription.Name || !IsDue(was, kind) || isSent,
                    $"the {kind} of {number} on {date} was due on {run.Today}, and was not announced");
            }
        }
    }

    private static string? DateOf(ModelQuote quote, string kind) => quote.Alerts.Single(alert => alert.Kind == kind).Date;

    private bool IsDue(ModelQuote quote, string kind)
    {
        var (_, date, announced) = quote.Alerts.Single(alert => alert.Kind == kind);
        if (!quote.IsActive || date is null || date == announced)
        {
            return false;
        }

        var late = DateTime.Parse(run.Today, CultureInfo.InvariantCulture) - DateTime.Parse(date, CultureInfo.InvariantCulture);
        return late.Days is >= 0 and <= 7;
    }

    private void Hold(bool holds, string otherwise)
    {
        if (!holds)
        {
            broken.Add(otherwise);
        }
    }
}
