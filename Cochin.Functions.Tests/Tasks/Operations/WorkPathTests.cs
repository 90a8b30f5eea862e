using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.Operations;
using CsCheck;

namespace Cochin.Functions.Tests.Tasks.Operations;

public sealed class WorkPathTests
{
    private static readonly WorkPathReader Paths = new(TempAreas.Default, "backups");

    [Theory]
    [InlineData("restore_temp/job-a/", "restore_temp/job-a")]
    [InlineData("restore_temp/job-a/inner/deep", "restore_temp/job-a")]
    [InlineData(@"restore_temp\job-a\", "restore_temp/job-a")]
    [InlineData(@"\restore_temp\job-a", "restore_temp/job-a")]
    [InlineData("//restore_temp///job-a//", "restore_temp/job-a")]
    [InlineData("./restore_temp/./job-a", "restore_temp/job-a")]
    [InlineData(" restore_temp/job-a ", "restore_temp/job-a")]
    [InlineData("backups/restore_temp/job-a/", "restore_temp/job-a")]
    [InlineData("/backups/restore_temp/job-a/", "restore_temp/job-a")]
    [InlineData("https://account.blob.core.windows.net/backups/restore_temp/job-a/x?sv=1&sig=s", "restore_temp/job-a")]
    [InlineData("http://127.0.0.1:10000/devstoreaccount1/backups/restore_temp/job%20a", "restore_temp/job a")]
    [InlineData("restore_temp/e\u0301te\u0301", "restore_temp/\u00e9t\u00e9")]
    [InlineData("restore_temp/", "restore_temp")]
    [InlineData(@"uploads\", "uploads")]
    public void Read_Unambiguous_IsOneUnit(string text, string claim)
    {
        var path = Paths.Read(text);

        path.IsCertain.ShouldBeTrue();
        path.IsEverything.ShouldBeFalse();
        path.Names.ShouldBeEmpty();
        path.Claims.ShouldContain(claim);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("storage/quotidien/a.zip")]
    public void Read_OutsideTheAreas_ProtectsNothing(string? text)
    {
        var path = Paths.Read(text);

        path.IsCertain.ShouldBeTrue();
        path.IsEverything.ShouldBeFalse();
        path.Claims.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/app/backups/restore_temp/job-a/", "restore_temp/job-a")]
    [InlineData(@"C:\app\backups\restore_temp\job-a", "restore_temp/job-a")]
    [InlineData(@"\\nas\share\restore_temp\job-a", "restore_temp/job-a")]
    [InlineData("https://account.blob.core.windows.net/others/restore_temp/job-a", "restore_temp/job-a")]
    [InlineData("file:///app/backups/restore_temp/job-a", "restore_temp/job-a")]
    [InlineData("restore_temp%2Fjob-a", "restore_temp/job-a")]
    [InlineData("restore_temp%252Fjob-a", "restore_temp/job-a")]
    [InlineData("restore_temp/job%2Da", "restore_temp/job-a")]
    [InlineData("restore_temp%5Cjob-a", "restore_temp/job-a")]
    [InlineData("RESTORE_TEMP/job-a", "restore_temp/job-a")]
    [InlineData("restore_temp/x/../job-a", "restore_temp/job-a")]
    [InlineData("temp/../restore_temp/job-a", "restore_temp/job-a")]
    [InlineData("restore_temp/job-a/..", "restore_temp")]
    [InlineData("/app/backups/restore_temp", "restore_temp")]
    public void Read_AmbiguousInAnArea_ProtectsTheUnitAndEachName(string text, string claim)
    {
        var path = Paths.Read(text);

        path.IsCertain.ShouldBeFalse();
        path.IsEverything.ShouldBeFalse();
        path.Claims.ShouldContain(claim);
    }

    [Theory]
    [InlineData("job-a")]
    [InlineData("elsewhere/job-a/data.sql")]
    [InlineData("restores.old/job-a")]
    public void Read_AmbiguousOutsideTheAreas_ProtectsItsNamesInEveryArea(string text)
    {
        var path = Paths.Read(text);

        path.IsCertain.ShouldBeFalse();
        path.IsEverything.ShouldBeFalse();
        path.Names.ShouldContain("job-a");
    }

    [Theory]
    [InlineData("/")]
    [InlineData(@"\")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("backups/")]
    [InlineData("BACKUPS")]
    [InlineData("/app/backups")]
    [InlineData("/var/tmp/job-a")]
    [InlineData(@"D:\restores\job-a")]
    [InlineData("restore_temp/../../x")]
    [InlineData("temp/..")]
    [InlineData("https://account.blob.core.windows.net/backups")]
    [InlineData("https://account.blob.core.windows.net/")]
    public void Read_Unresolvable_ProtectsEverything(string text)
    {
        var path = Paths.Read(text);

        path.IsCertain.ShouldBeFalse();
        path.IsEverything.ShouldBeTrue();
    }

    [Fact]
    public void Read_NotText_ProtectsEverything()
    {
        var operation = new Operation { Kind = "restore", Id = "1", WorkPath = "5 (Int64)", IsWorkPathText = false };

        Paths.Read(operation).ShouldSatisfyAllConditions(path => path.IsCertain.ShouldBeFalse(), path => path.IsEverything.ShouldBeTrue());
    }

    [Fact]
    public void Read_AnySpellingOfAUnit_ProtectsIt()
    {
        var names = Gen.String[Gen.Char["ab\u00e9 -_.%?#"], 1, 6].Where(name => name.Trim('.', ' ').Length > 0 && name.Trim() == name);
        var ways = Gen.Int[0, 7];

        Gen.Select(names, ways, Gen.Int[0, 2]).Sample((name, way, area) =>
        {
            var place = $"{TempAreas.Default.Names[area]}/{name}";
            var text = way switch
            {
                0 => place + "/",
                1 => place.Replace('/', '\\'),
                2 => "/app/backups/" + place,
                3 => @"C:\app\" + place.Replace('/', '\\'),
                4 => Uri.EscapeDataString(place),
                5 => "https://account.blob.core.windows.net/backups/" + string.Join('/', place.Split('/').Select(Uri.EscapeDataString)),
                6 => place.ToUpperInvariant(),
                _ => place.Normalize(System.Text.NormalizationForm.FormD) + "/data.sql",
            };

            var operation = new Operation { Kind = "restore", Id = "zzz", Status = "running", WorkPath = text };
            new LiveOperations([operation], Paths).IsInUse(new TempUnit(TempAreas.Default.Names[area], name)).ShouldBeTrue(text);
        }, iter: 5_000);
    }

    [Fact]
    public void Read_UnpairedSurrogate_DoesNotThrow() =>
        Paths.Read("restore_temp/\ud800").Claims.ShouldBe(["restore_temp/\ud800"]);

    [Theory]
    [InlineData("temp/a\nrestore_temp/b")]
    [InlineData("temp/a;uploads/b")]
    [InlineData("temp/a, uploads/b")]
    [InlineData("temp/a uploads/b")]
    [InlineData("temp/a?sv=1&sig=x")]
    [InlineData("temp/a*")]
    [InlineData("[\"temp/a\"]")]
    [InlineData("'temp/a'")]
    [InlineData("PosixPath('temp/a')")]
    [InlineData("<temp/a>")]
    public void Read_PerhapsSeveralPaths_ProtectsEverything(string text) =>
        Paths.Read(text).ShouldSatisfyAllConditions(path => path.IsCertain.ShouldBeFalse(), path => path.IsEverything.ShouldBeTrue());

    [Fact]
    public void Read_PlusSign_MayBeASpace() => Paths.Read("temp/my+job").Claims.ShouldBe(["temp/my+job", "temp/my job"], ignoreOrder: true);

    [Theory]
    [InlineData("media/temp/job", "media/temp/job", true)]
    [InlineData("media", "media/temp", true)]
    [InlineData("temp/job", "media/temp/job", false)]
    [InlineData("temp/", "media/temp", false)]
    [InlineData("/srv/app/media/temp/job", "media/temp/job", false)]
    [InlineData("/srv/app/media", "media/temp", false)]
    public void Read_NestedArea_IsFoundByItsWholePathOrItsEnd(string text, string claim, bool isCertain)
    {
        var path = new WorkPathReader(TempAreas.Read("media/temp media/uploads").Areas!, "backups").Read(text);

        path.IsCertain.ShouldBe(isCertain);
        path.Claims.ShouldContain(claim);
    }

    [Fact]
    public void Read_AreaNamedLikeTheContainer_ProtectsBothMeanings()
    {
        var path = new WorkPathReader(TempAreas.Read("backups/temp temp").Areas!, "backups").Read("backups/temp/x");

        path.IsCertain.ShouldBeFalse();
        path.Claims.ShouldContain("backups/temp/x");
        path.Claims.ShouldContain("temp/x");
    }
}
