using CsCheck;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

public sealed class ReconciliationRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    private static readonly BackupSettings Settings = new();
    private static readonly Uri Container = new("https://cochin.blob.core.windows.net/backups");

    [Theory]
    [InlineData(59, "InFlight")]
    [InlineData(60, "Orphan")]
    [InlineData(-1, "InFlight")]
    public void Blob_WithoutRecord_IsAnOrphanAfterTheGracePeriod(int ageMinutes, string verdict) =>
        Verdict(Blob("storage/a/b.zip", ageMinutes), default).ToString().ShouldBe(verdict);

    [Fact]
    public void Blob_JustUploadedWithoutGracePeriod_IsAnOrphan() =>
        ReconciliationRule.EvaluateBlob(default(BlobFacts).WithListed(Blob("storage/a/b.zip", 0), 0, new BackupSettings { Grace = TimeSpan.Zero }, Now))
            .ShouldBe(BlobVerdict.Orphan);

    [Theory]
    [InlineData("completed", "backup", "Recorded")]
    [InlineData("file_missing", "backup", "Recorded")]
    [InlineData("failed", "backup", "Recorded")]
    [InlineData("cancelled", "backup", "Recorded")]
    [InlineData("", "backup", "Recorded")]
    [InlineData("pending", "backup", "InFlight")]
    [InlineData("running", "backup", "InFlight")]
    [InlineData("running", "restore", "InFlight")]
    [InlineData("completed", "restore", "Orphan")]
    public void Blob_WithARow_DependsOnItsStatus(string status, string kind, string verdict)
    {
        var facts = default(BlobFacts).With(new Operation { Kind = kind, Id = "1", Status = status, BlobName = "storage/a/b.zip" }, 0);

        Verdict(Blob("storage/a/b.zip", 600), facts).ToString().ShouldBe(verdict);
    }

    [Theory]
    [InlineData("completed", true, "Correct")]
    [InlineData("completed", false, "Missing")]
    [InlineData("file_missing", true, "Returned")]
    [InlineData("file_missing", false, "Correct")]
    [InlineData("pending", false, "NotChecked")]
    [InlineData("running", false, "NotChecked")]
    [InlineData("failed", false, "NotChecked")]
    [InlineData("cancelled", false, "NotChecked")]
    [InlineData("Completed", false, "NotChecked")]
    [InlineData(null, false, "NotChecked")]
    public void Record_ByStatusAndBlob_GetsItsVerdict(string? status, bool exists, string verdict) =>
        ReconciliationRule.EvaluateRecord(new Operation { Kind = "backup", Id = "1", Status = status, BlobName = "storage/a/b.zip" }, exists ? 7 : null)
            .ToString().ShouldBe(verdict);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Record_WithoutBlobName_IsNotChecked(string? blobName) =>
        ReconciliationRule.EvaluateRecord(new Operation { Kind = "backup", Id = "1", Status = "completed", BlobName = blobName }, null)
            .ShouldBe(RecordVerdict.NotChecked);

    [Theory]
    [InlineData(19, 19, false)]
    [InlineData(10, 20, false)]
    [InlineData(11, 20, true)]
    [InlineData(10, 21, false)]
    [InlineData(11, 21, true)]
    [InlineData(0, 0, false)]
    public void MassMissing_NeedsTwentyRecordsAndMoreThanHalf(long missing, long completed, bool mass) =>
        ReconciliationRule.IsMassMissing(missing, completed).ShouldBe(mass);

    /// <summary>Compares index and rule with a naive implementation of the contract.</summary>
    [Fact]
    public void Reconciliation_AnyRowsAndBlobs_AgreesWithANaiveModel()
    {
        // Few names, so that rows and blobs often match, and two rows often refer to one blob.
        var names = Gen.OneOf("storage/a/1.zip", "storage/a/2.ENC", "storage/3.tgz", "storage/a/4.txt", "storage/b/5.sql.gz");
        var rows = Gen.Select(
            names,
            Gen.OneOf("pending", "running", "completed", "failed", "cancelled", "file_missing"),
            Gen.OneOf("backup", "restore"),
            Gen.OneOf(Gen.Const((long?)null), Gen.Long[0, 2].Select(size => (long?)size)),
            (name, status, kind, size) => new Operation { Kind = kind, Id = "1", BlobName = name, Status = status, SizeBytes = size });
        var blobs = Gen.Select(names, Gen.Int[0, 120], Gen.Long[0, 2], (name, age, size) => Blob(name, age, size)).Array[0, 5];

        // Rows and listing are read concurrently: any order must give the same result.
        Gen.Select(rows.Array[0, 8], blobs, Gen.Int).Sample((operations, listed, seed) =>
        {
            listed = [.. listed.DistinctBy(blob => blob.Name)];
            var index = new RecordIndex(Container);
            var reads = listed.Select(blob => (Action)(() => index.AddBlob(blob, 0, Settings, Now)))
                .Concat(operations.Select(row => (Action)(() => index.Add(row)))).ToArray();
            new Random(seed).Shuffle(reads);

            Array.ForEach(reads, read => read());

            foreach (var blob in listed)
            {
                var naming = operations.Where(row => row.BlobName == blob.Name).ToList();
                var expected =
                    blob.Name.EndsWith(".txt", StringComparison.Ordinal) ? BlobVerdict.Ignored
                    : naming.Any(row => row.Status is "pending" or "running") ? BlobVerdict.InFlight
                    : naming.Any(row => row.Kind == "backup") ? BlobVerdict.Recorded
                    : blob.Age(Now) < TimeSpan.FromMinutes(60) ? BlobVerdict.InFlight
                    : BlobVerdict.Orphan;
                ReconciliationRule.EvaluateBlob(index.Of(blob.Name)).ShouldBe(expected);
            }

            foreach (var row in operations.Where(row => row is { Kind: "backup", Status: "completed" or "file_missing" }))
            {
                var size = listed.SingleOrDefault(blob => blob.Name == row.BlobName)?.Size;
                var isCorrect = ReconciliationRule.EvaluateRecord(row, size) == RecordVerdict.Correct
                    && (size is null || row.SizeBytes is null || size == row.SizeBytes);
                (isCorrect || index.Of(row.BlobName!).NeedsCheck).ShouldBeTrue("a record that is wrong is looked at");
            }

            foreach (var ofOne in operations.Where(row => row is { Kind: "backup", Status: "completed" or "file_missing" }).GroupBy(row => row.BlobName!))
            {
                var size = listed.SingleOrDefault(blob => blob.Name == ofOne.Key)?.Size;
                var areCorrect = ofOne.All(row =>
                    ReconciliationRule.EvaluateRecord(row, size) == RecordVerdict.Correct && (size is null || row.SizeBytes is null || size == row.SizeBytes));
                var agree = ofOne.Select(row => row.SizeBytes).OfType<long>().Distinct().Count() < 2;
                var isEmpty = size == 0;
                (areCorrect && agree && !isEmpty).ShouldBe(!index.Of(ofOne.Key).NeedsCheck, "and no other");
            }
        });
    }

    private static BlobVerdict Verdict(BackupBlob blob, BlobFacts facts) => ReconciliationRule.EvaluateBlob(facts.WithListed(blob, 0, Settings, Now));

    private static BackupBlob Blob(string name, int ageMinutes, long size = 7) =>
        new(name, size, new Azure.ETag("e"), Now.AddMinutes(-ageMinutes), Now.AddMinutes(-ageMinutes), null);
}
