namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// What rows and listing say of all names of one form (<see cref="BlobNameReading.FormOf"/>) which are not written in that form
/// themselves. It is kept in the same table as the facts about blobs, and looks like none of them.
/// </summary>
/// <param name="Rows">How many names stand in rows and are not in the listing.</param>
/// <param name="Blobs">How many are in the listing and in no row.</param>
/// <param name="IsClaimed">An operation under way uses one.</param>
/// <param name="IsGuess">A row may mean another form just as well.</param>
internal readonly record struct FormFacts(int Rows, int Blobs, bool IsClaimed, bool IsGuess)
{
    private const int FlagBits = 8;
    private const uint Claimed = 1;
    private const uint Guess = 2;

    public static FormFacts From(BlobFacts kept)
    {
        var (counts, flags) = kept.Raw;
        return new((int)(counts >> 32), (int)counts, (flags >> FlagBits & Claimed) != 0, (flags >> FlagBits & Guess) != 0);
    }

    public BlobFacts Keep() =>
        new(((long)Rows << 32) | (uint)Blobs, (((IsClaimed ? Claimed : 0) | (IsGuess ? Guess : 0)) << FlagBits) | (byte)BlobKnown.Odd);

    /// <summary>The same with a name that a row has, or the listing shows, for the first time.</summary>
    /// <param name="isOfRow">Whether it is a row that has it.</param>
    /// <param name="isKnown">Whether the other side has it already: then the two belong together, and neither needs another.</param>
    public FormFacts With(bool isOfRow, bool isKnown) => (isOfRow, isKnown) switch
    {
        (true, true) => this with { Blobs = Math.Max(0, Blobs - 1) },
        (true, false) => this with { Rows = Rows + 1 },
        (false, true) => this with { Rows = Math.Max(0, Rows - 1) },
        (false, false) => this with { Blobs = Blobs + 1 },
    };
}
