using System.Globalization;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// All that rows and listing say about blobs: neither side comes in the other's order, so both are held, in one entry a name and
/// without the names. A name that is not in its usual form has an entry of that form as well, by which the two sides can find each
/// other if they spell it differently; and one with capital letters or plus signs has an entry for all nearly equal names, which raise a doubt.
/// </summary>
/// <param name="container">The backup container.</param>
internal sealed class RecordIndex(Uri container, BlobTable table)
{
    private const string OfAnySize = "size//";

    public RecordIndex(Uri container)
        : this(container, new BlobTable())
    {
    }

    public BlobTable Table { get; } = table;

    /// <param name="page">The page of rows that it is on.</param>
    public void Add(Operation operation, int page = 0)
    {
        if (string.IsNullOrEmpty(operation.BlobName))
        {
            AddUnread(operation);
            return;
        }

        var key = BlobKey.Of(operation.BlobName);
        var before = Table.Find(key);
        var reading = BlobNameReading.Of(operation.BlobName, container);
        Table.Set(key, before.With(operation, page, isOdd: !IsForm(reading, operation.BlobName)));
        if (!IsForm(reading, operation.BlobName) && IsNamed(Table.Find(key)))
        {
            foreach (var form in reading.Forms)
            {
                var known = Form(form);
                known = IsNamed(before) ? known : known.With(isOfRow: true, isKnown: before.Is(BlobKnown.Seen));
                var isGuess = reading.Forms.Count > 1 || reading.Spellings.Count == 0;
                Set(form, known with { IsClaimed = known.IsClaimed || operation.IsLive, IsGuess = known.IsGuess || isGuess });
            }
        }

        if (IsNamed(Table.Find(key)) && !IsNamed(before) && !before.Is(BlobKnown.Seen))
        {
            AddNear(reading, operation.BlobName);
        }
    }

    /// <summary>Notes that the listing shows a blob.</summary>
    public void See(BackupBlob blob, int page, BackupSettings settings, DateTimeOffset now)
    {
        var key = BlobKey.Of(blob.Name);
        var before = Table.Find(key);
        Table.Set(key, before.WithSeen(blob, page, settings, now));
        if (!before.Is(BlobKnown.Seen) && BlobNameReading.FormOf(blob.Name) is var form && form != blob.Name)
        {
            Set(form, Form(form).With(isOfRow: false, isKnown: IsNamed(before)));
        }

        if (!before.Is(BlobKnown.Seen) && BlobNameReading.NearOf(blob.Name) is var near && near != blob.Name)
        {
            // A row of just this name means no other blob; another row may mean this one even so.
            var known = Near(near);
            SetNear(near, known with { Rows = Math.Max(0, known.Rows - (IsNamed(before) ? 1 : 0)), Blobs = known.Blobs + 1 });
        }
    }

    /// <summary>Notes that an orphan was dealt with, whatever came of it.</summary>
    public void Handle(BackupBlob orphan)
    {
        var key = BlobKey.Of(orphan.Name);
        var before = Table.Find(key);
        Table.Set(key, before.WithRecord());
        if (!IsNamed(before) && BlobNameReading.FormOf(orphan.Name) is var form && form != orphan.Name)
        {
            Set(form, Form(form).With(isOfRow: true, isKnown: true));
        }
    }

    /// <summary>Notes a row of which another index has seen the very blob: it means no other.</summary>
    public void AddExact(Operation operation)
    {
        var key = BlobKey.Of(operation.BlobName!);
        Table.Set(key, Table.Find(key).With(operation, page: 0).WithBlob());
    }

    public BlobFacts Of(string blobName) => Table.Find(BlobKey.Of(blobName));

    /// <summary>Whether records of a blob are wrong, or may be: also because the blob is there under another spelling.</summary>
    public bool NeedsLook(BlobKey key, BlobFacts facts) => facts.NeedsLook || (facts.IsJudged && FormFacts.From(Table.Find(key.OfForm)).Blobs > 0);

    /// <summary>Which of the forms of a blob's name, as rows have it, are its records; to be asked of a blob that no row names exactly.</summary>
    /// <returns><see cref="BlobVerdict.Orphan"/> if no row can mean it.</returns>
    public BlobVerdict JudgeByForm(string blobName, long size)
    {
        var group = Group(BlobNameReading.FormOf(blobName));
        return group switch
        {
            { IsClaimed: true } => BlobVerdict.InFlight,
            { Rows: 0 } => IsNearlyNamed(blobName, size) ? BlobVerdict.Unclear : BlobVerdict.Orphan,
            { Rows: 1, Blobs: <= 1, IsGuess: false } => BlobVerdict.Recorded,
            _ => BlobVerdict.Unclear,
        };
    }

    /// <summary>Which blob a row means whose <c>BlobName</c> is not exactly that of a blob.</summary>
    public BlobMeaning Meaning(BlobNameReading reading)
    {
        string[] found = [.. reading.Spellings.Where(spelling => Of(spelling).Is(BlobKnown.Seen))];
        var groups = reading.Forms.Select(Group).ToList();
        return (found, groups.Sum(group => group.Blobs)) switch
        {
            ([var only], 1) when !IsNamed(Of(only)) && Group(BlobNameReading.FormOf(only)).Rows == 1 => new(BlobCertainty.Certain, only, Of(only).Size),
            ([], 0) => new(reading.IsPlaced && !HasNearBlob(reading) ? BlobCertainty.Gone : BlobCertainty.Unclear, null, null),
            _ => new(BlobCertainty.Unclear, found.FirstOrDefault(), null),
        };
    }

    /// <summary>Whether a row is the only one that may mean a blob outside the listing.</summary>
    public bool IsOnlyRow(BlobNameReading reading, string blobName) =>
        !IsNamed(Of(blobName)) && reading.Forms.All(form => Group(form) is { Rows: <= 1, IsClaimed: false });

    public BlobNameReading Read(string blobName) => BlobNameReading.Of(blobName, container);

    /// <summary>A row that has a name which can't be read may mean any blob of its size, or any at all if it has no size to rely on.</summary>
    private void AddUnread(Operation operation)
    {
        if (operation.UnreadableBlobNameType is null || (operation.Kind != OperationKind.Backup && operation.HasEnded))
        {
            return;
        }

        var isSizeKnown = operation is { SizeBytes: > 0, Status: OperationStatus.Completed or OperationStatus.FileMissing };
        var key = isSizeKnown ? OfSize(operation.SizeBytes!.Value) : OfAnySize;
        SetNear(key, Near(key) with { Rows = 1 });
    }

    private void AddNear(BlobNameReading reading, string blobName)
    {
        foreach (var near in reading.Forms.Select(BlobNameReading.NearOf).Where(near => near != blobName).Distinct())
        {
            SetNear(near, Near(near) with { Rows = Near(near).Rows + 1 });
        }

        if (reading.IsGuess)
        {
            foreach (var file in reading.Forms.Select(BlobNameReading.NearFileOf).Distinct())
            {
                SetNear(file, Near(file) with { Rows = 1 });
            }
        }
    }

    /// <summary>Whether a row of a nearly equal name, without a blob of its own, or one whose name can't be understood, may mean a blob that no row names.</summary>
    private bool IsNearlyNamed(string blobName, long size)
    {
        var near = BlobNameReading.NearOf(blobName);
        return Near(near).Rows > 0
            || (near != blobName && Of(near) is var same && IsNamed(same) && !same.Is(BlobKnown.Seen))
            || Near(BlobNameReading.NearFileOf(blobName)).Rows > 0
            || Near(OfSize(size)).Rows > 0
            || Near(OfAnySize).Rows > 0;
    }

    private bool HasNearBlob(BlobNameReading reading) => reading.Forms.Select(BlobNameReading.NearOf).Any(near => Near(near).Blobs > 0 || Of(near).Is(BlobKnown.Seen));

    private FormFacts Near(string near) => FormFacts.From(Table.Find(BlobKey.Of(near).OfNear));

    private void SetNear(string near, FormFacts facts) => Table.Set(BlobKey.Of(near).OfNear, facts.Keep());

    // A slash at the end is in no near name.
    private static string OfSize(long size) => string.Create(CultureInfo.InvariantCulture, $"size/{size}/");

    private static bool IsForm(BlobNameReading reading, string name) => reading.Forms is [var only] && only == name;

    private static bool IsNamed(BlobFacts facts) => facts.Is(BlobKnown.Recorded | BlobKnown.Claimed);

    private FormFacts Form(string form) => FormFacts.From(Table.Find(BlobKey.Of(form).OfForm));

    private void Set(string form, FormFacts facts) => Table.Set(BlobKey.Of(form).OfForm, facts.Keep());

    /// <summary>All names of a form, also the one that is written like it.</summary>
    private FormFacts Group(string form)
    {
        var (others, same) = (Form(form), Of(form));
        return (IsNamed(same), same.Is(BlobKnown.Seen)) switch
        {
            (true, false) => others with { Rows = others.Rows + 1, IsClaimed = others.IsClaimed || same.Is(BlobKnown.Claimed) },
            (false, true) => others with { Blobs = others.Blobs + 1 },
            _ => others,
        };
    }
}

/// <summary>Which blob a row means.</summary>
/// <param name="BlobName">The blob's name; of an unclear one, what it may be, if that is known.</param>
/// <param name="Size">Bytes, as listed.</param>
internal readonly record struct BlobMeaning(BlobCertainty Certainty, string? BlobName, long? Size);

internal enum BlobCertainty
{
    /// <summary>It means exactly one blob, which no other row names.</summary>
    Certain,

    /// <summary>There is nothing that it could mean.</summary>
    Gone,

    /// <summary>It may mean a blob that another row names, one of several, or one elsewhere.</summary>
    Unclear,
}
