using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.VerifyBackups.Readers;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>The result of reading a backup.</summary>
/// <param name="Version">The ETag of the blob.</param>
/// <param name="Sha256">The hash of the whole blob, in lowercase hexadecimal.</param>
/// <param name="StatedSha256">The hash in the metadata of the blob; null if there is none.</param>
internal sealed record BackupReading(ETag Version, long Length, string Sha256, string? StatedSha256, StructureResult Structure);

/// <summary>Whether a backup is sound.</summary>
internal enum SoundnessVerdict
{
    Sound,
    Damaged,

    /// <summary>Unknown, because the backup can't be decrypted with the key.</summary>
    Unknown,
}

/// <summary>The verdict on a backup. Depends only on the row and the reading.</summary>
/// <param name="Level">The level at which the backup was verified.</param>
/// <param name="Why">Why the backup is damaged or the verdict unknown, as a phrase that follows "the backup"; null if it is sound.</param>
/// <param name="Notes">Errors in the record and parts that could not be verified, as phrases that follow the name of the backup.</param>
/// <param name="NewSha256">The checksum to store, if the record has none; otherwise null.</param>
internal sealed record Soundness(SoundnessVerdict Verdict, VerifiedLevel Level, string? Why, IReadOnlyList<string> Notes, string? NewSha256)
{
    private const int Sha256Length = 64;

    public static Soundness Evaluate(Operation record, BackupReading reading)
    {
        if (reading.Length == 0)
        {
            return new(SoundnessVerdict.Damaged, VerifiedLevel.Checksum, "is empty (0 bytes)", [], null);
        }

        var notes = new List<string>();
        var expected = Expected(record, reading.StatedSha256, notes);
        var damage = new[] { CheckBytes(record, reading, expected, notes), reading.Structure.Damage }.OfType<string>().ToList();
        if (damage.Count > 0)
        {
            return new(SoundnessVerdict.Damaged, reading.Structure.Level, string.Join("; it ", damage), notes, null);
        }

        if (reading.Structure.IsLocked)
        {
            return new(SoundnessVerdict.Unknown, VerifiedLevel.Structure, "can't be decrypted with this key", notes, null);
        }

        if (reading.Structure.Untested is { } untested)
        {
            notes.Add(untested);
        }

        var hasNone = string.IsNullOrWhiteSpace(record.Sha256) && string.IsNullOrWhiteSpace(reading.StatedSha256);
        return new(SoundnessVerdict.Sound, reading.Structure.Level, null, notes, hasNone ? reading.Sha256 : null);
    }

    /// <summary>The SHA-256 that a backup should have, in lower-case hex; null if none is known.</summary>
    /// <param name="stated">The checksum in the metadata of its blob.</param>
    /// <param name="notes">Receives what is wrong with the record.</param>
    public static string? Expected(Operation record, string? stated, List<string> notes)
    {
        var recorded = Checksum(record.Sha256, "its record's Sha256", notes);
        stated = Checksum(stated, "the sha256 in its blob's metadata", notes);
        if (recorded is not null && record.IsCopied)
        {
            return recorded; // The application computed it when it made the backup; the metadata has the checksum of the copied file.
        }

        if (recorded is not null && stated is not null && recorded != stated)
        {
            notes.Add($"the Sha256 of its record differs from that in the blob's metadata, which was used; correct the record to {stated}");
        }

        // The metadata is written together with the blob, so it is the newer value if both differ.
        return stated ?? recorded;
    }

    private static string? CheckBytes(Operation record, BackupReading reading, string? expected, List<string> notes)
    {
        if (expected is not null && expected != reading.Sha256)
        {
            var size = record.SizeBytes is { } recorded && recorded != reading.Length ? $", and has {reading.Length} bytes instead of {recorded}" : "";
            return $"has different contents than recorded (SHA-256 {reading.Sha256[..12]}… instead of {expected[..12]}…){size}";
        }

        if (record.UnreadableSizeType is not null)
        {
            notes.Add("its record's SizeBytes can't be read, so it was not compared; correct the record");
        }

        if (record.SizeBytes is not { } stated || stated == reading.Length)
        {
            return null;
        }

        // The checksum matches, so the recorded size is wrong.
        if (expected is null)
        {
            return $"has {reading.Length} bytes instead of the recorded {stated}";
        }

        notes.Add($"its record's SizeBytes is {stated}, but it has {reading.Length} bytes and the correct SHA-256; correct the record");
        return null;
    }

    private static string? Checksum(string? text, string where, List<string> notes)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var checksum = text.Trim();
        if (checksum.Length == Sha256Length && checksum.All(char.IsAsciiHexDigit))
        {
            return checksum.ToLowerInvariant();
        }

        notes.Add($"{where} ({Problems.Quote(text)}) is not a SHA-256, so it was not compared");
        return null;
    }
}
