using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.Operations;
using CsCheck;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

public sealed class LiveOperationsTests
{
    private static readonly WorkPathReader Paths = new(TempAreas.Default, "backups");

    [Theory]
    [InlineData("restore_temp/restore_42/", "restore_temp", "restore_42", true)]
    [InlineData("restore_temp/restore_42", "restore_temp", "restore_42", true)]
    [InlineData("/restore_temp/restore_42/", "restore_temp", "restore_42", true)]
    [InlineData("restore_temp/restore_42/inner/deep/", "restore_temp", "restore_42", true)]
    [InlineData("restore_temp/", "restore_temp", "anything", true)]
    [InlineData("/", "uploads", "anything", true)]
    [InlineData("restore_temp/restore_4", "restore_temp", "restore_42", false)]
    [InlineData("restore_temp/restore_42", "temp", "restore_42", false)]
    [InlineData("restore_temp", "restore_temp", "anything", true)]
    [InlineData("temp//deep", "temp", "", true)]
    [InlineData("temp/x", "temp", "", false)]
    [InlineData("temp/x", "temp", "x-1", false)]
    [InlineData("tem", "temp", "x", false)]
    [InlineData("storage/x", "temp", "x", false)]
    [InlineData("", "temp", "x", false)]
    public void IsInUse_ByWorkPath(string workPath, string area, string name, bool expected) =>
        new LiveOperations([Operation("zzz", workPath)], Paths).IsInUse(new TempUnit(area, name)).ShouldBe(expected);

    [Theory]
    [InlineData("42", "restore_42", true)]
    [InlineData("42", "42.zip", true)]
    [InlineData("42", "backup-42-part.tar.gz", true)]
    [InlineData("42", "backup-142", false)]
    [InlineData("42", "backup 42", false)]
    [InlineData("2026-01_b", "upload.2026-01-b.tmp", true)]
    [InlineData("2026-01_b", "upload.2026-01-c.tmp", false)]
    [InlineData("2026-01", "upload-2026-x-01", false)]
    [InlineData("a", "A", true)]
    [InlineData("a_", "a_.zip", true)]
    [InlineData("a_", "a.zip", false)]
    [InlineData("-1", "restore_-1", true)]
    [InlineData("a.b.c", "a.b", false)]
    public void IsInUse_ById(string id, string name, bool expected) =>
        new LiveOperations([Operation(id, null)], Paths).IsInUse(new TempUnit("temp", name)).ShouldBe(expected);

    [Theory]
    [InlineData("restore", "running", "uploads/archive.zip", true)]
    [InlineData("backup", "completed", "uploads/archive.zip", true)]
    [InlineData("backup", "completed", @"uploads\archive.zip", true)]
    [InlineData("backup", "failed", "uploads/archive.zip", false)]
    [InlineData("backup", "completed", "storage/q/archive.zip", false)]
    [InlineData("backup", "running", "storage/q/other.zip", false)]
    public void IsInUse_ByBlobName(string kind, string status, string blobName, bool expected) =>
        new LiveOperations([new Operation { Kind = kind, Id = "zzz", Status = status, BlobName = blobName }], Paths)
            .IsInUse(new TempUnit("uploads", "archive.zip")).ShouldBe(expected);

    [Fact]
    public void IsInUse_CompletedBackupInATemporaryArea_AddsAWarning() =>
        new LiveOperations([new Operation { Kind = "backup", Id = "7", Status = "completed", BlobName = "temp/b.zip" }], Paths)
            .Warnings.ShouldHaveSingleItem().ShouldStartWith("backup/7 is a completed backup in a temporary area");

    [Fact]
    public void IsInUse_AnyIdsAndWorkPaths_FollowsTheContract()
    {
        var text = Gen.String[Gen.Char["ab-_."], 1, 6];
        var path = Gen.Select(Gen.String[Gen.Char["ab-/"], 0, 6], Gen.Bool).Select((rest, inTemp) => (inTemp ? "temp/" : "uploads/") + rest);

        Gen.Select(text.Array[0, 4], path.Array[0, 2], text).Sample((ids, workPaths, name) =>
        {
            var live = new LiveOperations([.. ids.Select(id => Operation(id, null)), .. workPaths.Select(work => Operation("zzz", work))], Paths);

            var unit = new TempUnit("temp", name);
            live.IsInUse(unit).ShouldBe(ids.Any(id => HasParts(name, id)) || workPaths.Any(work => Touches(unit.Path, work)));
        }, iter: 20_000);
    }

    [Fact]
    public void IsInUse_EndedOperation_IsFalse() =>
        new LiveOperations([Operation("42", "temp/x") with { Status = "completed" }], Paths).IsInUse(new TempUnit("temp", "x")).ShouldBeFalse();

    private static bool HasParts(string name, string id)
    {
        char[] separators = ['_', '-', '.'];
        var (parts, wanted) = (name.Split(separators), id.Split(separators));
        return Enumerable.Range(0, parts.Length).Any(start => parts.Skip(start).Take(wanted.Length).SequenceEqual(wanted));
    }

    private static bool Touches(string path, string workPath) =>
        workPath.Split('/', StringSplitOptions.RemoveEmptyEntries) is [var area, .. var rest]
        && path.StartsWith(area + "/", StringComparison.Ordinal)
        && (rest.Length == 0 || path == $"{area}/{rest[0]}");

    private static Operation Operation(string id, string? workPath) => new() { Kind = "restore", Id = id, Status = "running", WorkPath = workPath };
}
