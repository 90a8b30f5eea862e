using System.Runtime.InteropServices;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// What is known about the blob of one name, from all the rows that name it and from the listing, in whatever order they came: in 12
/// bytes, as there is one of these for each record.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct BlobFacts
{
    /// <summary>Several pages have records of the blob.</summary>
    public const int SeveralPages = 0xFF_FFFF;

    private const int FlagBits = 8;

    private readonly long sizePlusOne;
    private readonly uint pageAndFlags;

    /// <param name="sizePlusOne">0 where no size is known.</param>
    /// <param name="pageAndFlags">The page above the eight bits of <see cref="BlobKnown"/>.</param>
    public BlobFacts(long sizePlusOne, uint pageAndFlags)
    {
        this.sizePlusOne = sizePlusOne;
        this.pageAndFlags = pageAndFlags;
    }

    public BlobKnown Known => (BlobKnown)(byte)pageAndFlags;

    /// <summary>Which page of rows has the records that say whether the blob is there; without such records, which page of the listing shows it.</summary>
    public int Page => (int)(pageAndFlags >> FlagBits);

    /// <summary>The blob's, once it was <see cref="BlobKnown.Seen"/>; before, what a record says. Null where none does.</summary>
    public long? Size => sizePlusOne == 0 ? null : sizePlusOne - 1;

    /// <summary>Whether records say that the blob is there, or not.</summary>
    public bool IsJudged => Is(BlobKnown.Completed | BlobKnown.FileMissing);

    /// <summary>Whether such a record is wrong, or may be: it has to be read again, and its blob perhaps looked for.</summary>
    public bool NeedsLook => IsJudged
        && (Is(BlobKnown.Odd)
            || (Is(BlobKnown.Completed) && (!Is(BlobKnown.Seen) || Size == 0))
            || (Is(BlobKnown.FileMissing) && (Is(BlobKnown.Seen) || Is(BlobKnown.Completed))));

    /// <summary>What it takes to make these facts again.</summary>
    public (long SizePlusOne, uint PageAndFlags) Raw => (sizePlusOne, pageAndFlags);

    public bool Is(BlobKnown known) => (Known & known) != 0;

    /// <param name="operation">A row that names the blob.</param>
    /// <param name="page">The page it was read on.</param>
    /// <param name="isOdd">Whether it may mean a blob of another name.</param>
    public BlobFacts With(Operation operation, int page, bool isOdd = false)
    {
        if (operation.IsLive)
        {
            return With(BlobKnown.Claimed, Page, Size);
        }

        if (operation.Kind != OperationKind.Backup)
        {
            // One of unknown status may be under way.
            return operation.HasEnded ? this : With(BlobKnown.Claimed, Page, Size);
        }

        var judged = operation.Status switch
        {
            OperationStatus.Completed => BlobKnown.Completed,
            OperationStatus.FileMissing or OperationStatus.Pruned => BlobKnown.FileMissing,
            _ => BlobKnown.Nothing,
        };
        if (judged == BlobKnown.Nothing)
        {
            return With(BlobKnown.Recorded, Page, Size);
        }

        var isMissing = isOdd && judged == BlobKnown.FileMissing;
        var isCovered = operation.BlobName!.StartsWith(BackupBlob.Root, StringComparison.Ordinal);
        return With(
            BlobKnown.Recorded | judged | (isCovered && !isMissing && !Differs(operation.SizeBytes) ? BlobKnown.Nothing : BlobKnown.Odd),
            !IsJudged || Page == page ? page : SeveralPages,
            Size ?? operation.SizeBytes);
    }

    /// <param name="blob">As the listing shows it.</param>
    /// <param name="page">The page of the listing.</param>
    /// <param name="now">The service's time when the work began.</param>
    public BlobFacts WithSeen(BackupBlob blob, int page, BackupSettings settings, DateTimeOffset now) => With(
        BlobKnown.Seen
            | (settings.IsBackup(blob.Name) ? BlobKnown.Nothing : BlobKnown.Ignored)
            | (blob.Age(now) < settings.Grace ? BlobKnown.Young : BlobKnown.Nothing)
            | ((IsJudged && Differs(blob.Size)) || EmptyArchive.HasSizeOf(blob.Name, blob.Size) ? BlobKnown.Odd : BlobKnown.Nothing),
        IsJudged ? Page : page,
        blob.Size);

    /// <summary>The same for a blob that another index has seen.</summary>
    public BlobFacts WithBlob() => With(BlobKnown.Seen, Page, Size);

    /// <summary>The same for an orphan that was dealt with.</summary>
    public BlobFacts WithRecord() => With(BlobKnown.Recorded, Page, Size);

    private bool Differs(long? size) => size is not null && Size is not null && size != Size;

    private BlobFacts With(BlobKnown more, int page, long? size) =>
        new(size is { } known ? known + 1 : 0, ((uint)page << FlagBits) | (byte)(Known | more));
}
