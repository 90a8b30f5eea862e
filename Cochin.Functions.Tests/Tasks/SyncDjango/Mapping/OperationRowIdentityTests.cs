using Azure.Data.Tables;
using Cochin.Functions.Tasks.SyncDjango;
using Cochin.Functions.Tasks.SyncDjango.Mapping;
using Cochin.Functions.Tasks.SyncDjango.Source;
using static Cochin.Functions.Tests.Tasks.SyncDjango.Mapping.SampleBackup;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Mapping;

/// <summary>Rows after the database was replaced by an older copy: other records with the same ids, and backups in an earlier state.</summary>
public sealed class OperationRowIdentityTests
{
    [Theory]
    [InlineData("2026-11-29 03:00:05")]
    [InlineData("2026-10-29 03:00:03.220693")]
    public void Merge_RowOfAnotherRecord_IsLeftAsItIs(string created)
    {
        var row = New();
        row["Protected"] = true;

        var change = Backup(("created_at", created), ("status", "failed"), ("file_path", "")).Merge(row);

        change.Row.ShouldBeNull();
        change.Kept.ShouldNotBeNull().Kind.ShouldBe(DiscrepancyKind.OtherRecord);
        change.Kept.What.ShouldContain("2026-11-29 03:00:03Z");
    }

    [Theory]
    [InlineData("2026-11-29 03:00:03")] // The fraction was lost.
    [InlineData("yesterday")]
    [InlineData(null)]
    public void Merge_CreationTimeThatDoesNotContradict_IsTheSameRecord(object? created)
    {
        var change = Backup(("created_at", created), ("backup_name", "other")).Merge(New());

        change.Kept.ShouldBeNull();
        change.Row.ShouldNotBeNull()["Name"].ShouldBe("other");
        change.Row.ContainsKey("CreatedAt").ShouldBeTrue();
    }

    [Fact]
    public void Merge_RowWithoutACreationTime_IsTheSameRecord()
    {
        var row = New();
        row.Remove("CreatedAt");

        Backup().Merge(row).Row.ShouldNotBeNull().ContainsKey("CreatedAt").ShouldBeTrue();
    }

    [Theory]
    [InlineData("running", "")]
    [InlineData("pending", "")]
    [InlineData("running", "/app/backups/" + Name)]
    [InlineData("failed", "")] // As the application marks a backup that has been running for too long.
    public void Merge_CompletedBackupThatIsSetBack_IsLeftAsItIs(string status, string path)
    {
        var change = Backup(("status", status), ("file_path", path), ("file_size", null), ("checksum", ""), ("completed_at", null)).Merge(New());

        change.Row.ShouldBeNull();
        change.Kept.ShouldNotBeNull().Kind.ShouldBe(DiscrepancyKind.SetBack);
    }

    [Fact]
    public void Merge_CompletedBackupThatFails_HasTheStatusOfTheApplication() =>
        Backup(("status", "failed")).Merge(New()).Row.ShouldNotBeNull()["Status"].ShouldBe("failed");

    [Fact]
    public void Merge_CompletedBackupWithoutAPath_KeepsWhatIsKnownOfItsFile()
    {
        var change = Backup(("file_path", ""), ("file_size", null), ("checksum", "")).Merge(New());

        change.Row.ShouldBeNull();
        change.Problems.ShouldHaveSingleItem().ShouldContain(Name);
    }

    [Fact]
    public void Merge_FailedBackupWithoutAPath_LosesWhatWasKnownOfItsFile()
    {
        var row = New();
        row["Status"] = row["SyncedStatus"] = "failed";

        var change = Backup(("status", "failed"), ("file_path", ""), ("file_size", null)).Merge(row).Row.ShouldNotBeNull();

        change.Keys.ShouldNotContain("BlobName");
        change.Keys.ShouldNotContain("SizeBytes");
    }
}
