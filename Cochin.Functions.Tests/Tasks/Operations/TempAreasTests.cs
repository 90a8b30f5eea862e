using Cochin.Functions.Tasks.Operations;

namespace Cochin.Functions.Tests.Tasks.Operations;

public sealed class TempAreasTests
{
    [Theory]
    [InlineData("temp/ restore_temp/ uploads/", "temp/ restore_temp/ uploads/")]
    [InlineData("temp,uploads", "temp/ uploads/")]
    [InlineData("  temp/ ,\tuploads ", "temp/ uploads/")]
    [InlineData("work/import work/export", "work/import/ work/export/")]
    [InlineData("storages temp-storage", "storages/ temp-storage/")]
    public void Read_Folders_AreTheAreas(string text, string areas)
    {
        var (read, problem) = TempAreas.Read(text);

        problem.ShouldBeNull();
        read.ShouldNotBeNull().ToString().ShouldBe(areas);
        read.Names.ShouldBe(areas.Split(' ').Select(name => name.TrimEnd('/')));
        read.ShouldBe(TempAreas.Read(areas).Areas);
    }

    [Theory]
    [InlineData("storage", "backups")]
    [InlineData("temp storage/", "backups")]
    [InlineData("storage/tmp/", "backups")]
    [InlineData("Storage/", "backups")]
    [InlineData("/", "path of a folder")]
    [InlineData("//", "path of a folder")]
    [InlineData("/temp", "path of a folder")]
    [InlineData("temp//x", "path of a folder")]
    [InlineData("temp/../storage", "path of a folder")]
    [InlineData(".", "path of a folder")]
    [InlineData("temp\\x", "path of a folder")]
    [InlineData("temp temp/", "twice")]
    [InlineData("temp uploads temp/import", "overlap")]
    [InlineData("temp/import temp", "overlap")]
    [InlineData("", "is empty")]
    [InlineData(" , ", "is empty")]
    public void Read_InvalidAreas_IsRejectedWithTheReason(string text, string reason)
    {
        var (read, problem) = TempAreas.Read(text);

        read.ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public void Read_TextThatLooksLikeASecret_IsNotRepeated() =>
        TempAreas.Read("/AccountKey=c2VjcmV0").Problem.ShouldNotBeNull().ShouldNotContain("c2VjcmV0");
}
