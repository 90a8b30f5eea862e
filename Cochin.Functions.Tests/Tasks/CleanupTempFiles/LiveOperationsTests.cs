using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupTempFiles;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

public sealed class LiveOperationsTests
{
    [Theory]
    [InlineData("restore_temp/restore_42/", "restore_temp", "restore_42", true)]
    [InlineData("restore_temp/restore_42", "restore_temp", "restore_42", true)]
    [InlineData("/restore_temp/restore_42/", "restore_temp", "restore_42", true)]
    [InlineData("restore_temp/restore_42/inner/deep/", "restore_temp", "restore_42", true)]
    [InlineData("restore_temp/", "restore_temp", "anything", true)]
    [InlineData("/", "uploads", "anything", true)]
    [InlineData("restore_temp/restore_4", "restore_temp", "restore_42", false)]
    [InlineData("restore_temp/restore_42", "temp", "restore_42", false)]
    [InlineData("", "temp", "x", false)]
    public void Use_ByWorkPath(string workPath, string area, string name, bool expected) =>
        new LiveOperations([Operation("zzz", workPath)]).Use(new TempUnit(area, name)).ShouldBe(expected);

    [Theory]
    [InlineData("42", "restore_42", true)]
    [InlineData("42", "42.zip", true)]
    [InlineData("42", "backup-42-part.tar.gz", true)]
    [InlineData("42", "backup-142", false)]
    [InlineData("42", "backup 42", false)]
    [InlineData("2026-01_b", "upload.2026-01-b.tmp", true)]
    [InlineData("2026-01_b", "upload.2026-01-c.tmp", false)]
    [InlineData("2026-01", "upload-2026-x-01", false)]
    [InlineData("a", "A", false)]
    public void Use_ById(string id, string name, bool expected) =>
        new LiveOperations([Operation(id, null)]).Use(new TempUnit("temp", name)).ShouldBe(expected);

    [Fact]
    public void Use_OperationThatEnded_IsNoUse() =>
        new LiveOperations([Operation("42", "temp/x") with { Status = "completed" }]).Use(new TempUnit("temp", "x")).ShouldBeFalse();

    private static Operation Operation(string id, string? workPath) => new() { Kind = "restore", Id = id, Status = "running", WorkPath = workPath };
}
