using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.VerifyBackups;
using Cochin.Functions.Tasks.VerifyBackups.Readers;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups;

public sealed class SoundnessTests
{
    private static readonly string A = new('a', 64);
    private static readonly string B = new('b', 64);
    private static readonly StructureResult Fine = new(VerifiedLevel.Structure);

    [Theory]
    [InlineData(100L, "a", null, "Sound", "")]
    [InlineData(100L, "A", null, "Sound", "")]
    [InlineData(null, null, null, "Sound", "a")]
    [InlineData(100L, null, null, "Sound", "a")]
    [InlineData(100L, null, "a", "Sound", "")]
    [InlineData(99L, "a", null, "Sound", "")]
    [InlineData(99L, null, null, "Damaged", "")]
    [InlineData(100L, "b", null, "Damaged", "")]
    [InlineData(100L, "b", "a", "Sound", "")]
    [InlineData(100L, "a", "b", "Damaged", "")]
    [InlineData(100L, "no checksum", null, "Sound", "")]
    public void Bytes_ComparedWithTheRecord_GiveTheVerdict(long? size, string? recorded, string? stated, string verdict, string stored)
    {
        var soundness = Soundness.Evaluate(Record(size, Sha(recorded)), new BackupReading(default, 100, A, Sha(stated), Fine));

        soundness.Verdict.ToString().ShouldBe(verdict);
        soundness.NewSha256.ShouldBe(Sha(stored.Length == 0 ? null : stored));
    }

    [Fact]
    public void Record_WrongForASoundBackup_IsReported()
    {
        Soundness.Evaluate(Record(99, A), new BackupReading(default, 100, A, null, Fine)).Notes.ShouldHaveSingleItem().ShouldContain("SizeBytes is 99");
        Soundness.Evaluate(Record(100, B), new BackupReading(default, 100, A, A, Fine)).Notes.ShouldHaveSingleItem()
            .ShouldContain($"correct the record to {A}");
        Soundness.Evaluate(Record(100, "12"), new BackupReading(default, 100, A, null, Fine)).Notes.ShouldHaveSingleItem().ShouldContain("is not a SHA-256");
        Soundness.Evaluate(Record(null, A) with { UnreadableSizeType = "String" }, new BackupReading(default, 100, A, null, Fine)).Notes
            .ShouldBe(["its record's SizeBytes can't be read, so it was not compared; correct the record"]);
    }

    [Theory]
    [InlineData("b", "a", "Damaged")]
    [InlineData("a", "b", "Sound")]
    [InlineData(null, "b", "Damaged")]
    [InlineData("no checksum", "b", "Damaged")]
    public void CopiedBackup_ChecksumOfTheCopyDiffers_ThatOfTheApplicationCounts(string? recorded, string stated, string verdict) =>
        Soundness.Evaluate(
                Record(100, Sha(recorded)) with { SyncedStatus = "completed" }, new BackupReading(default, 100, A, Sha(stated), Fine))
            .Verdict.ToString().ShouldBe(verdict);

    [Fact]
    public void Damage_OfSeveralKinds_IsReportedCompletely() =>
        Soundness.Evaluate(Record(100, B), new BackupReading(default, 90, A, null, Fine with { Damage = "is cut off" })).Why
            .ShouldBe("has different contents than recorded (SHA-256 aaaaaaaaaaaa… instead of bbbbbbbbbbbb…), "
                + "and has 90 bytes instead of 100; it is cut off");

    [Fact]
    public void Backup_Empty_IsDamaged() =>
        Soundness.Evaluate(Record(0, null), new BackupReading(default, 0, A, null, new StructureResult(VerifiedLevel.Checksum))).ShouldSatisfyAllConditions(
            soundness => soundness.Verdict.ShouldBe(SoundnessVerdict.Damaged),
            soundness => soundness.Why.ShouldBe("is empty (0 bytes)"));

    [Fact]
    public void Backup_NotDecryptable_IsUnknownUnlessItsBytesAreWrong()
    {
        var locked = new StructureResult(VerifiedLevel.Structure, IsLocked: true);

        Soundness.Evaluate(Record(100, A), new BackupReading(default, 100, A, null, locked)).Verdict.ShouldBe(SoundnessVerdict.Unknown);
        Soundness.Evaluate(Record(100, B), new BackupReading(default, 100, A, null, locked)).Verdict.ShouldBe(SoundnessVerdict.Damaged);
    }

    [Fact]
    public void Structure_NotValidated_IsNoted()
    {
        var untested = new StructureResult(VerifiedLevel.Checksum, Untested: "is a zip in several parts");

        var soundness = Soundness.Evaluate(Record(100, A), new BackupReading(default, 100, A, null, untested));

        (soundness.Verdict, soundness.Level).ShouldBe((SoundnessVerdict.Sound, VerifiedLevel.Checksum));
        soundness.Notes.ShouldBe(["is a zip in several parts"]);
    }

    private static Operation Record(long? size, string? sha256) => new() { Kind = "backup", Id = "1", SizeBytes = size, Sha256 = sha256 };

    private static string? Sha(string? letter) => letter?.Length == 1 ? new string(letter[0], 64) : letter;
}
