using System.Runtime.InteropServices;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>
/// The facts about the blob with one name, from all rows that refer to it and from the listing, read in any order. Uses 12 bytes, because
/// there is one for each record.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct BlobFacts
{
    /// <summary>Means that records of the blob are on several pages.</summary>
    public const int SeveralPages = 0xFF_FFFF;

    private const int FlagBits = 8;

    private readonly long sizePlusOne;
    private readonly uint pageAndFlags;

    /// <param name="sizePlusOne">The size plus one; 0 if it is unknown.</param>
    /// <param name="pageAndFlags">The page in the upper 24 bits, the <see cref="BlobFlags"/> in the lower 8.</param>
    public BlobFacts(long sizePlusOne, uint pageAndFlags)
    {
        this.sizePlusOne = sizePlusOne;
        this.pageAndFlags = pageAndFlags;
    }

    public BlobFlags Flags => (BlobFlags)(byte)pageAndFlags;

    /// <summary>The page of rows with the records to check; without such records, the page of the listing with the blob.</summary>
    public int Page => (int)(pageAndFlags >> FlagBits);

    /// <summary>The size of the blob if it is <see cref="BlobFlags.Listed"/>; otherwise the size in a record. Null if unknown.</summary>
    public long? Size => sizePlusOne == 0 ? null : sizePlusOne - 1;

    /// <summary>Whether a record is <c>completed</c> or <c>file_missing</c>, so that it can be compared with the blob.</summary>
    public bool IsCheckable => Is(BlobFlags.Completed | BlobFlags.FileMissing);

    /// <summary>Whether such a record may be wrong, so that it has to be read again and checked.</summary>
    public bool NeedsCheck => IsCheckable
        && (Is(BlobFlags.Inconsistent)
            || (Is(BlobFlags.Completed) && (!Is(BlobFlags.Listed) || Size == 0))
            || (Is(BlobFlags.FileMissing) && (Is(BlobFlags.Listed) || Is(BlobFlags.Completed))));

    /// <summary>The values to pass to the constructor to restore these facts.</summary>
    public (long SizePlusOne, uint PageAndFlags) Raw => (sizePlusOne, pageAndFlags);

    public bool Is(BlobFlags known) => (Flags & known) != 0;

    /// <param name="operation">A row that refers to the blob.</param>
    /// <param name="page">The page of the row.</param>
    /// <param name="isAmbiguous">Whether the row may refer to a blob with another name.</param>
    public BlobFacts With(Operation operation, int page, bool isAmbiguous = false)
    {
        if (operation.IsLive || operation.IsOfUnknownKind)
        {
            return With(BlobFlags.Claimed, Page, Size);
        }

        if (operation.Kind != OperationKind.Backup)
        {
            // An operation with an unknown status may be in progress.
            return operation.HasEnded ? this : With(BlobFlags.Claimed, Page, Size);
        }

        var status = operation.Status switch
        {
            OperationStatus.Completed => BlobFlags.Completed,
            OperationStatus.FileMissing or OperationStatus.Pruned => BlobFlags.FileMissing,
            _ => BlobFlags.None,
        };
        if (status == BlobFlags.None)
        {
            return With(BlobFlags.Recorded, Page, Size);
        }

        var isMissing = (operation.FileMissing && status == BlobFlags.Completed) || (isAmbiguous && status == BlobFlags.FileMissing);
        var isCovered = operation.BlobName!.StartsWith(BackupBlob.Root, StringComparison.Ordinal);
        return With(
            BlobFlags.Recorded | status | (isCovered && !isMissing && !Differs(operation.SizeBytes) ? BlobFlags.None : BlobFlags.Inconsistent),
            !IsCheckable || Page == page ? page : SeveralPages,
            Size ?? operation.SizeBytes);
    }

    /// <param name="blob">The listed blob.</param>
    /// <param name="page">The page of the listing.</param>
    /// <param name="now">The service's time when the work started.</param>
    public BlobFacts WithListed(BackupBlob blob, int page, BackupSettings settings, DateTimeOffset now) => With(
        BlobFlags.Listed
            | (settings.IsBackup(blob.Name) ? BlobFlags.None : BlobFlags.Ignored)
            | (blob.Age(now) < settings.Grace ? BlobFlags.Young : BlobFlags.None)
            | ((IsCheckable && Differs(blob.Size)) || EmptyArchive.HasSizeOf(blob.Name, blob.Size) ? BlobFlags.Inconsistent : BlobFlags.None),
        IsCheckable ? Page : page,
        blob.Size);

    /// <summary>Adds that the blob exists, according to another index.</summary>
    public BlobFacts WithListedElsewhere() => With(BlobFlags.Listed, Page, Size);

    /// <summary>Adds that the blob, an orphan, was handled.</summary>
    public BlobFacts WithRecord() => With(BlobFlags.Recorded, Page, Size);

    private bool Differs(long? size) => size is not null && Size is not null && size != Size;

    private BlobFacts With(BlobFlags more, int page, long? size) =>
        new(size is { } known ? known + 1 : 0, ((uint)page << FlagBits) | (byte)(Flags | more));
}

/// <summary>Facts about a blob from the rows and the listing. They fit into a byte.</summary>
[Flags]
internal enum BlobFlags : byte
{
    None = 0,

    /// <summary>A backup that has ended refers to the blob, so it has a record.</summary>
    Recorded = 1,

    /// <summary>Such a record is <c>completed</c>.</summary>
    Completed = 2,

    /// <summary>Such a record is <c>file_missing</c> or <c>pruned</c>.</summary>
    FileMissing = 4,

    /// <summary>A backup or restore in progress refers to the blob, or a row that is neither.</summary>
    Claimed = 8,

    /// <summary>The blob is listed.</summary>
    Listed = 16,

    /// <summary>Its name is not that of a backup.</summary>
    Ignored = 32,

    /// <summary>It is younger than the grace period.</summary>
    Young = 64,

    /// <summary>
    /// Sizes differ, the name is not covered by the listing, or a record is marked as missing: the records must be checked in any case.
    /// </summary>
    Inconsistent = 128,
}
