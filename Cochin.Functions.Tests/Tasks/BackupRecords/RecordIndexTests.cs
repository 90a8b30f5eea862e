using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tests.Tasks.BackupRecords;

public sealed class RecordIndexTests
{
    private const string Name = "storage/a/b.zip";

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    private static readonly BackupSettings Settings = new();
    private static readonly Uri Container = new("https://cochin.blob.core.windows.net/backups");

    [Theory]
    [InlineData("completed", null, false, true)]
    [InlineData("completed", null, true, false)]
    [InlineData("completed", 7L, true, false)]
    [InlineData("completed", 8L, true, true)]
    [InlineData("completed", 0L, true, true)]
    [InlineData("file_missing", 7L, false, false)]
    [InlineData("file_missing", 7L, true, true)]
    [InlineData("failed", 8L, false, false)]
    [InlineData("running", null, false, false)]
    public void Record_InEitherOrder_NeedsACheckUnlessItIsCorrect(string status, long? size, bool isListed, bool needsCheck)
    {
        var row = Row(status, size);
        var rowFirst = new RecordIndex(Container);
        var blobFirst = new RecordIndex(Container);

        rowFirst.Add(row);
        if (isListed)
        {
            AddBlob(rowFirst);
            AddBlob(blobFirst);
        }

        blobFirst.Add(row);

        rowFirst.Of(Name).NeedsCheck.ShouldBe(needsCheck);
        blobFirst.Of(Name).ShouldBe(rowFirst.Of(Name));
    }

    [Theory]
    [InlineData("file_missing", 7L)]
    [InlineData("completed", 8L)]
    public void Records_OfOneBlobWithDifferentValues_NeedACheck(string status, long size)
    {
        foreach (var isBlobFirst in new[] { true, false })
        {
            var index = new RecordIndex(Container);
            index.Add(Row("completed", 7));
            if (isBlobFirst)
            {
                AddBlob(index);
            }

            index.Add(Row(status, size));
            if (!isBlobFirst)
            {
                AddBlob(index);
            }

            index.Of(Name).NeedsCheck.ShouldBeTrue();
        }
    }

    [Fact]
    public void Record_BlobOutsideTheListing_AlwaysNeedsACheck()
    {
        var index = new RecordIndex(Container);

        index.Add(Row("file_missing", null) with { BlobName = "old/b.zip" });

        index.Of("old/b.zip").NeedsCheck.ShouldBeTrue();
    }

    [Fact]
    public void Page_IsThatOfTheRecords()
    {
        var index = new RecordIndex(Container);

        AddBlob(index, page: 5);
        var ofListing = index.Of(Name).Page;
        index.Add(Row("failed", null), page: 1);
        index.Add(Row("completed", 7), page: 2);
        var ofRecord = index.Of(Name).Page;
        index.Add(Row("completed", 7), page: 2);
        var ofBoth = index.Of(Name).Page;
        index.Add(Row("completed", 7), page: 3);

        ofListing.ShouldBe(5);
        ofRecord.ShouldBe(2);
        ofBoth.ShouldBe(2);
        index.Of(Name).Page.ShouldBe(BlobFacts.SeveralPages);
        index.Of(Name).Size.ShouldBe(7);
        index.Of(Name).NeedsCheck.ShouldBeFalse();
    }

    private static void AddBlob(RecordIndex index, int page = 0) =>
        index.AddBlob(new BackupBlob(Name, 7, default, Now.AddDays(-1), Now.AddDays(-1), null), page, Settings, Now);

    private static Operation Row(string status, long? size) =>
        new() { Kind = OperationKind.Backup, Id = "1", Status = status, BlobName = Name, SizeBytes = size };
}
