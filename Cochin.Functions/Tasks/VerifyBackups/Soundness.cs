using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.VerifyBackups.Readers;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>What was read of a backup.</summary>
/// <param name="Version">Of the blob.</param>
/// <param name="Sha256">Of all its bytes, in lower-case hex.</param>
/// <param name="StatedSha256">What the blob's own metadata states; null if it states none.</param>
internal sealed record BackupReading(ETag Version, long Length, string Sha256, string? StatedSha256, StructureResult Structure);

/// <summary>Whether a backup is sound.</summary>
internal enum SoundnessVerdict
{
    Sound,
    Damaged,

    /// <summary>Nothing was found that says so or otherwise: the key does not open it.</summary>
    Unknown,
}

/// <summary>What a reading means for a backup. Pure: the row, the reading, and nothing else.</summary>
/// <param name="Level">How deep a sound one was tested.</param>
/// <param name="Why">What is wrong with a damaged one, or why an unknown one is; it follows "the backup".</param>
/// <param name="Notes">What the record should say and does not, or could not be tested; each follows the backup's name.</param>
/// <param name="NewSha256">The checksum that its record lacks; null if it is not to be stored.</param>
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
        var recorded = Checksum(record.Sha256, "its record's Sha256", notes);
        var stated = Checksum(reading.StatedSha256, "the sha256 in its blob's metadata", notes);
        if (recorded is not null && stated is not null && recorded != stated)
        {
            notes.Add($"its record has another Sha256 than its blob's metadata, which counts; correct the record to {stated}");
        }

        // The metadata travels with the blob, so it is the newer one if both differ.
        var expected = stated ?? recorded;
        var damage = new[] { OfBytes(record, reading, expected, notes), reading.Structure.Damage }.OfType<string>().ToList();
        if (damage.Count > 0)
        {
            return new(SoundnessVerdict.Damaged, reading.Structure.Level, string.Join("; it ", damage), notes, null);
        }

        if (reading.Structure.IsLocked)
        {
            return new(SoundnessVerdict.Unknown, VerifiedLevel.Structure, "can't be opened with this key", notes, null);
        }

        if (reading.Structure.Untested is { } untested)
        {
            notes.Add(untested);
        }

        var hasNone = string.IsNullOrWhiteSpace(record.Sha256) && string.IsNullOrWhiteSpace(reading.StatedSha256);
        return new(SoundnessVerdict.Sound, reading.Structure.Level, null, notes, hasNone ? reading.Sha256 : null);
    }

    private static string? OfBytes(Operation record, BackupReading reading, string? expected, List<string> notes)
    {
        if (expected is not null && expected != reading.Sha256)
        {
            var size = record.SizeBytes is { } recorded && recorded != reading.Length ? $", and has {reading.Length} bytes instead of {recorded}" : "";
            return $"has other contents than were recorded (SHA-256 {reading.Sha256[..12]}… instead of {expected[..12]}…){size}";
        }

        if (record.SizeBytes is not { } stated || stated == reading.Length)
        {
            return null;
        }

        // With the right checksum all bytes are as they were: then it is the number that is wrong.
        if (expected is null)
        {
            return $"has {reading.Length} bytes instead of the {stated} that were recorded";
        }

        notes.Add($"its record's SizeBytes is {stated}, but it has {reading.Length} bytes and the right SHA-256; correct the record");
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
