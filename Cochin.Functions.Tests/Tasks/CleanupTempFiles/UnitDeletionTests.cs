using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupTempFiles;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

public sealed class UnitDeletionTests
{
    private static readonly ListedBlob Blob = new("temp/x/1", new global::Azure.ETag("\"0x1\""), DateTimeOffset.UnixEpoch, Bytes: 7, IsLeased: false);

    [Fact]
    public void Stop_FailureAfterAnotherReason_IsNotHidden()
    {
        var deletion = NewDeletion(blobs: 3);

        deletion.Stop(UnitVerdict.Changed);
        deletion.Stop(UnitVerdict.Failed, "why");
        deletion.Stop(UnitVerdict.Leased);

        deletion.Verdict.ShouldBe(UnitVerdict.Failed);
        deletion.Error.ShouldBe("why");
    }

    [Fact]
    public void Stop_Twice_TheFirstReasonCounts()
    {
        var deletion = NewDeletion(blobs: 3);

        deletion.Stop(UnitVerdict.Leased);
        deletion.Stop(UnitVerdict.Changed);

        deletion.Verdict.ShouldBe(UnitVerdict.Leased);
    }

    [Fact]
    public void Close_BlobsLeft_Fails()
    {
        var deletion = NewDeletion(blobs: 2);
        deletion.IsUntouched.ShouldBeTrue();

        deletion.Deleted(Blob);
        deletion.Close();

        deletion.IsUntouched.ShouldBeFalse();
        deletion.Verdict.ShouldBe(UnitVerdict.Failed);
    }

    [Fact]
    public void Close_AllDeleted_IsDeleted()
    {
        var deletion = NewDeletion(blobs: 1);

        deletion.Deleted(Blob);
        deletion.Close();

        deletion.Verdict.ShouldBe(UnitVerdict.Old);
        deletion.BytesFreed.ShouldBe(7);
    }

    [Fact]
    public void Close_FewerBlobsThanListedButAllGone_IsDeleted()
    {
        var deletion = NewDeletion(blobs: 9);

        deletion.MarkGone();
        deletion.Close();

        deletion.IsUntouched.ShouldBeFalse();
        deletion.Verdict.ShouldBe(UnitVerdict.Old);
    }

    private static UnitDeletion NewDeletion(int blobs)
    {
        var unit = new TempUnit("temp", "x");
        for (var i = 0; i < blobs; i++)
        {
            unit.Add(Blob, keep: true);
        }

        return new UnitDeletion(unit);
    }
}
