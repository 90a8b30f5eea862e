using Azure.Data.Tables;
using Cochin.Functions.Tasks.SyncDjango;
using Cochin.Functions.Tasks.SyncDjango.Mapping;
using Cochin.Functions.Tasks.SyncDjango.Source;
using static Cochin.Functions.Tests.Tasks.SyncDjango.Mapping.SampleBackup;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Mapping;

public sealed class OperationRowTests
{
    [Fact]
    public void Merge_NewBackup_HasAllColumns() => SyncTest.Text(New()).ShouldBe(
        $"BlobName={Name} CompletedAt=2026-11-29T03:00:44 Configuration=Daily Backup CreatedAt=2026-11-29T03:00:03.220693 CreatedBy=2 "
        + $"KeyOwner=2_system_backup Name=Hebdomadaire complète Sha256={Sha256} SizeBytes=10 StartedAt=2026-11-29T03:00:03.220693 "
        + "Status=completed SyncedStatus=completed Type=full");

    [Fact]
    public void Merge_SameAgain_ChangesNothing() => Backup().Merge(New()).Row.ShouldBeNull();

    [Theory]
    [InlineData("failed", "Status=failed")]
    [InlineData("file_missing", "Status=file_missing")]
    [InlineData("pruned", "Status=pruned")]
    public void Merge_StatusOfMaintenance_StaysUntilTheApplicationChangesItsOwn(string marked, string expected)
    {
        var row = New();
        row["Status"] = marked;
        row["ErrorMessage"] = "of maintenance";
        row["CompletedAt"] = DateTimeOffset.UnixEpoch;

        Backup().Merge(row).Row.ShouldBeNull();

        var change = Backup(("status", "cancelled"), ("error_message", "of Django")).Merge(row).Row.ShouldNotBeNull();
        SyncTest.Text(row).ShouldContain(expected);
        SyncTest.Text(change).ShouldContain("ErrorMessage=of Django");
        SyncTest.Text(change).ShouldContain("Status=cancelled SyncedStatus=cancelled");
    }

    [Fact]
    public void Merge_RowMarkedByMaintenance_StillGetsOtherColumns()
    {
        var row = New();
        row["Status"] = "failed";

        Backup(("backup_name", "other")).Merge(row).Row.ShouldNotBeNull()["Name"].ShouldBe("other");
    }

    [Fact]
    public void Merge_WhatOthersWrote_IsKept()
    {
        var row = New();
        (string Column, object Value)[] others =
            [("Protected", true), ("VerifiedAt", DateTimeOffset.UnixEpoch), ("VerifiedLevel", "contents"), ("Damage", "is cut off"), ("Note", "x")];
        foreach (var (column, value) in others)
        {
            row[column] = value;
        }

        Backup().Merge(row).Row.ShouldBeNull();
        var change = Backup(("status", "failed")).Merge(row).Row.ShouldNotBeNull();
        others.ShouldAllBe(other => Equals(change[other.Column], other.Value));
    }

    [Fact]
    public void Merge_ChecksumOfVerification_StaysIfTheApplicationHasNone()
    {
        var row = Backup(("checksum", "")).Merge(null).Row!;
        row["Sha256"] = Sha256;

        Backup(("checksum", "")).Merge(row).Row.ShouldBeNull();
    }

    [Fact]
    public void Merge_PrunedBackupThatIsMadeAgain_IsNoLongerBeingPruned()
    {
        var row = Backup(("status", "file_missing")).Merge(null).Row!;
        row["Status"] = "pruned";
        row["PruneStartedAt"] = row["PrunedAt"] = DateTimeOffset.UnixEpoch;

        var change = Backup().Merge(row).Row.ShouldNotBeNull();

        SyncTest.Text(change).ShouldContain("Status=completed");
        change.Keys.ShouldNotContain(column => column.StartsWith("Prune", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(99L, nameof(FileStanding.Stored), 10L)] // The checksum holds, so the database's size is wrong.
    [InlineData(99L, nameof(FileStanding.Missing), 99L)]
    [InlineData(null, nameof(FileStanding.Stored), 10L)]
    [InlineData("many", nameof(FileStanding.Stored), 10L)]
    public void Merge_Size_IsThatOfTheFileIfItsChecksumHolds(object? size, string standing, long expected) => Backup(
        Stored with { Standing = Enum.Parse<FileStanding>(standing) }, ("file_size", size)).Merge(null).Row.ShouldNotBeNull()["SizeBytes"].ShouldBe(expected);

    [Fact]
    public void Merge_SizeOfAFileThatIsGone_IsKept()
    {
        var row = Backup(("file_size", 99L)).Merge(null).Row!;

        Backup(new FileFacts(Name, FileStanding.Missing), ("file_size", 99L)).Merge(row).Row.ShouldBeNull();
        row["SizeBytes"].ShouldBe(10L);
    }

    [Fact]
    public void Merge_OtherChecksum_HasTheSizeOfTheDatabase() =>
        Backup(("file_size", 99L), ("checksum", new string('b', 64))).Merge(null).Row.ShouldNotBeNull()["SizeBytes"].ShouldBe(99L);

    [Theory]
    [InlineData("completed", true)]
    [InlineData("running", false)]
    public void Merge_FileThatIsNotCompleteYet_HoldsBackTheRowOfACompletedBackup(string status, bool waits)
    {
        var change = Backup(new FileFacts(Name, FileStanding.Waits), ("status", status)).Merge(null);

        change.Waits.ShouldBe(waits);
        (change.Row is null).ShouldBe(waits);
    }

    [Fact]
    public void Merge_KnownBackupWhoseFileCannotBeReadNow_IsNotHeldBack() =>
        Backup(new FileFacts(Name, FileStanding.Waits), ("backup_name", "other")).Merge(New()).ShouldSatisfyAllConditions(
            change => change.Waits.ShouldBeFalse(), change => change.Row!["SizeBytes"].ShouldBe(10L));

    [Theory]
    [InlineData("")]
    [InlineData("/app/backups/uploads/a.zip")]
    [InlineData("/elsewhere/storage/a.zip")]
    public void Merge_PathWithoutABlob_GivesNoBlobName(string path) =>
        Backup(("file_path", path)).Merge(null).Row.ShouldNotBeNull().ContainsKey("BlobName").ShouldBeFalse();

    [Fact]
    public void Merge_PathThatCannotBeRead_KeepsTheBlobName() => Backup(("file_path", new byte[] { 1 })).Merge(New()).Row.ShouldBeNull();

    [Fact]
    public void Merge_NoConfiguration_IsTheSecondSegmentOfThePath() =>
        Backup(("configuration", null)).Merge(null).Row.ShouldNotBeNull()["Configuration"].ShouldBe("Daily Backup");

    [Theory]
    [InlineData("file_size", "many", "SizeBytes")]
    [InlineData("completed_at", "yesterday", "CompletedAt")]
    [InlineData("completed_at", "0001-01-01 00:00:00", "CompletedAt")]
    [InlineData("checksum", "abc", "Sha256")]
    public void Merge_ValueThatCannotBeRead_IsReportedAndNotTakenForAbsent(string column, object value, string written)
    {
        var backup = Backup(new FileFacts(Name, FileStanding.Missing), (column, value));
        var row = New();

        backup.Problems.ShouldHaveSingleItem().ShouldContain(column);
        backup.Merge(row).Row.ShouldBeNull();
        backup.Merge(null).Row.ShouldNotBeNull().ContainsKey(written).ShouldBeFalse();
    }

    [Theory]
    [InlineData("SizeBytes", "ten")]
    [InlineData("CompletedAt", 5L)]
    [InlineData("Name", 5L)]
    [InlineData("SyncedStatus", 5L)]
    public void Merge_ColumnThatCannotBeRead_IsKeptAndReported(string column, object value)
    {
        var row = New();
        row.Remove(column);
        row[column] = value;

        var change = Backup(("backup_name", "other"), ("status", "failed"), ("completed_at", "2026-11-30 00:00:00"), ("file_size", 11L)).Merge(row);

        change.Problems.ShouldContain(problem => problem.Contains(column, StringComparison.Ordinal));
        (change.Row ?? row)[column].ShouldBe(value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void Rejection_WithoutAStatus_SaysSo(string? status) => Backup(("status", status)).Rejection.ShouldBe("has no status");

    [Theory]
    [InlineData("pending", "pending")]
    [InlineData("extracting", "running")]
    [InlineData("analyzing", "running")]
    [InlineData("executing", "running")]
    [InlineData("finalizing", "running")]
    [InlineData("completed", "completed")]
    public void External_Status_IsThatOfTheContract(string status, string expected)
    {
        var values = new Dictionary<string, object?> { ["id"] = 3L, ["restoration_name"] = "site B", ["status"] = status, ["created_by_id"] = 1L };

        var row = OperationMap.External(new SourceRecord(values)).Merge(null).Row.ShouldNotBeNull();

        (row.PartitionKey, row.RowKey).ShouldBe(("restore", "django-external-3"));
        SyncTest.Text(row).ShouldBe($"CreatedBy=1 Name=site B Status={expected} SyncedStatus={status}");
    }

    [Fact]
    public void Restore_Always_NamesTheRowOfItsBackup()
    {
        var values = new Dictionary<string, object?>
        {
            ["id"] = 3L, ["restore_name"] = "r", ["restore_type"] = "data", ["status"] = "running", ["backup_source_id"] = 2L, ["created_by_id"] = 1L,
        };

        SyncTest.Text(OperationMap.Restore(new SourceRecord(values)).Merge(null).Row.ShouldNotBeNull())
            .ShouldBe("BackupId=django-2 CreatedBy=1 Name=r Status=running SyncedStatus=running Type=data");
    }
}
