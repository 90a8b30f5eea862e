using System.Runtime.CompilerServices;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

public sealed class RecordIndexTests
{
    [Theory]
    [InlineData("storage/a/b.zip", "completed", true)]
    [InlineData("storage/a/b.zip", "file_missing", true)]
    [InlineData("storage/a/b.zip", "running", false)]
    [InlineData("old/b.zip", "completed", false)]
    public void Absence_IsProvenOnlyWhereTheListingLookedAfterTheRecord(string blobName, string status, bool proven)
    {
        var index = new RecordIndex();
        index.Add(new Operation { Kind = OperationKind.Backup, Id = "1", Status = status, BlobName = blobName });

        index.Proves(blobName, out var size).ShouldBe(proven);
        size.ShouldBeNull();
    }

    [Fact]
    public void Absence_OfABlobWhoseRecordCameLater_IsNotProven() =>
        new RecordIndex().Proves("storage/a/b.zip", out _).ShouldBeFalse();

    /// <summary>The table adds a link, a hash and a bucket: 16 bytes more.</summary>
    [Fact]
    public void Entry_OfTheIndex_TakesNoMoreThan48Bytes() =>
        Unsafe.SizeOf<KeyValuePair<BlobKey, BlobFacts>>().ShouldBeLessThanOrEqualTo(48);
}
