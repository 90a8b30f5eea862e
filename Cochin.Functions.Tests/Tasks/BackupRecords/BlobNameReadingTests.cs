using System.Text;
using Cochin.Functions.Tasks.BackupRecords;
using CsCheck;

namespace Cochin.Functions.Tests.Tasks.BackupRecords;

public sealed class BlobNameReadingTests
{
    private static readonly Uri Container = new("https://cochin.blob.core.windows.net/depot");

    [Theory]
    [InlineData("storage/q/x.zip")]
    [InlineData("/storage/q/x.zip")]
    [InlineData("//storage//q/x.zip")]
    [InlineData("./storage/./q/x.zip")]
    [InlineData("storage\\q\\x.zip")]
    [InlineData(" storage/q/x.zip\n")]
    [InlineData("backups/storage/q/x.zip")]
    [InlineData("depot/storage/q/x.zip")]
    [InlineData("/app/backups/storage/q/x.zip")]
    [InlineData("C:\\cochin\\backups\\storage\\q\\x.zip")]
    [InlineData("file:///app/backups/storage/q/x.zip")]
    [InlineData("https://cochin.blob.core.windows.net/depot/storage/q/x.zip")]
    [InlineData("HTTPS://Cochin.blob.core.windows.net/depot/storage/q/x.zip?sv=2025&sig=secret")]
    [InlineData("storage/q/x%2Ezip")]
    [InlineData("storage%2Fq%2Fx.zip")]
    public void Text_Unambiguous_RefersToTheBlob(string text)
    {
        var reading = BlobNameReading.Of(text, Container);

        reading.Forms.ShouldBe(["storage/q/x.zip"]);
        reading.Spellings.ShouldContain("storage/q/x.zip");
        reading.IsPlaced.ShouldBeTrue();
    }

    [Theory]
    [InlineData("https://other.blob.core.windows.net/depot/storage/q/x.zip")]
    [InlineData("https://cochin.blob.core.windows.net/elsewhere/storage/q/x.zip")]
    [InlineData("s3://depot/storage/q/x.zip")]
    public void Address_OfAnotherStorage_IsNeverCertainAndNotPlaced(string text)
    {
        var reading = BlobNameReading.Of(text, Container);

        reading.Forms.ShouldBe(["storage/q/x.zip"]);
        reading.Spellings.ShouldBeEmpty();
        reading.IsPlaced.ShouldBeFalse();
    }

    [Theory]
    [InlineData("/app/backups/q/x.zip")]
    [InlineData("D:\\x.zip")]
    [InlineData("   ")]
    [InlineData("/")]
    [InlineData("x.zip")]
    [InlineData("Storage/q/x.zip")]
    [InlineData("storage/q/x.zip?sv=2025&sig=secret")]
    public void Path_OutsideTheBackups_IsNotPlaced(string text) => BlobNameReading.Of(text, Container).IsPlaced.ShouldBeFalse();

    [Theory]
    [InlineData("legacy/x.zip", "storage/legacy/x.zip")]
    [InlineData("old/storage/x.zip", "storage/x.zip")]
    public void Name_OutsideTheListing_HasAFormInsideIt(string text, string form)
    {
        var reading = BlobNameReading.Of(text, Container);

        reading.Forms.ShouldBe([form]);
        reading.Spellings.ShouldBeEmpty();
        reading.IsPlaced.ShouldBeTrue();
    }

    [Fact]
    public void Path_WithTwoRootFolders_HasTwoForms() =>
        BlobNameReading.Of("/storage/backups/storage/q/x.zip", Container).Forms.ShouldBe(["storage/backups/storage/q/x.zip", "storage/q/x.zip"]);

    [Fact]
    public void Name_InTheContractsForm_HasOneForm() =>
        BlobNameReading.Of("storage/old/storage/x.zip", Container).Forms.ShouldBe(["storage/old/storage/x.zip"]);

    [Fact]
    public void Accents_InEitherUnicodeForm_HaveOneForm()
    {
        var composed = "storage/été/sauvegarde.zip".Normalize(NormalizationForm.FormC);
        var decomposed = composed.Normalize(NormalizationForm.FormD);

        BlobNameReading.CanonicalForm(decomposed).ShouldBe(composed);
        BlobNameReading.Of(composed, Container).Spellings.ShouldBe([composed, decomposed], ignoreOrder: true);
        BlobNameReading.Of(decomposed, Container).Forms.ShouldBe([composed]);
    }

    [Theory]
    [InlineData("https://cochin.blob.core.windows.net/depot/storage/x.zip?sig=secret", "https://cochin.blob.core.windows.net/depot/storage/x.zip…")]
    [InlineData("storage/what?.zip", "storage/what?.zip")]
    [InlineData("storage/x.zip?sv=2025&sig=secret", "storage/x.zip…")]
    public void Redact_AddressWithASignature_RemovesIt(string text, string shown) => BlobNameReading.Redact(text).ShouldBe(shown);

    [Fact]
    public void Name_WithASignature_MayReferToTheBlobWithoutIt()
    {
        var reading = BlobNameReading.Of("storage/q/x.zip?sv=2025&sig=secret", Container);

        reading.Forms.ShouldContain("storage/q/x.zip");
        reading.Spellings.ShouldBeEmpty();
    }

    /// <summary>Blobs and rows are matched by their forms, so the form of a form is itself, and each blob name has only one.</summary>
    [Fact]
    public void CanonicalForm_AnyName_IsIdempotent()
    {
        var piece = Gen.OneOf(
            "storage/", "/", "//", "./", "\\", "q", "é", "e\u0301",
            "%2F", "%25", "20", "%", " ", "..", "x.zip", "\uD83D", "日", "C:", "https://", "?");
        piece.Array[0, 8].Select(pieces => string.Concat(pieces)).Sample(
            text =>
            {
                var name = "storage/" + text;
                var form = BlobNameReading.CanonicalForm(name);
                BlobNameReading.CanonicalForm(form).ShouldBe(form);
                BlobNameReading.Of(name, Container).Forms.ShouldBe([form]);
                BlobNameReading.Of(text, Container).Forms.ShouldNotBeEmpty();
            },
            iter: 20_000);
    }
}
