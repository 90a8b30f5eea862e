namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>
/// The facts about all names with one form (<see cref="BlobNameReading.CanonicalForm"/>) that differ from it. They are stored in the same
/// table as the facts about blobs.
/// </summary>
/// <param name="Rows">The number of names in rows that are not listed.</param>
/// <param name="Blobs">The number of listed names that are in no row.</param>
/// <param name="IsClaimed">Whether an operation in progress uses one.</param>
/// <param name="IsGuess">Whether a row may also refer to another form.</param>
internal readonly record struct FormFacts(int Rows, int Blobs, bool IsClaimed, bool IsGuess)
{
    private const int FlagBits = 8;
    private const uint Claimed = 1;
    private const uint Guess = 2;

    public static FormFacts From(BlobFacts stored)
    {
        var (counts, flags) = stored.Raw;
        return new((int)(counts >> 32), (int)counts, (flags >> FlagBits & Claimed) != 0, (flags >> FlagBits & Guess) != 0);
    }

    public BlobFacts ToBlobFacts() =>
        new(((long)Rows << 32) | (uint)Blobs, (((IsClaimed ? Claimed : 0) | (IsGuess ? Guess : 0)) << FlagBits) | (byte)BlobFlags.Inconsistent);

    /// <summary>Adds a name that is read for the first time, from a row or from the listing.</summary>
    /// <param name="isOfRow">Whether it comes from a row.</param>
    /// <param name="isKnown">Whether the other side has exactly this name, so that the two belong together.</param>
    public FormFacts With(bool isOfRow, bool isKnown) => (isOfRow, isKnown) switch
    {
        (true, true) => this with { Blobs = Math.Max(0, Blobs - 1) },
        (true, false) => this with { Rows = Rows + 1 },
        (false, true) => this with { Rows = Math.Max(0, Rows - 1) },
        (false, false) => this with { Blobs = Blobs + 1 },
    };
}
