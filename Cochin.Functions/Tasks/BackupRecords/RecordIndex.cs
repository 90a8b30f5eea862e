using System.Globalization;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>
/// The facts about blobs from rows and listing. The two sides are in different orders, so both are kept in memory: one entry per name, without
/// the name. A name that is not in canonical form has a second entry for that form, to match different spellings. A name with capital letters or
/// plus signs has another one for its loose form, to detect ambiguous names.
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

    /// <param name="page">The page of the row.</param>
    public void Add(Operation operation, int page = 0)
    {
        if (string.IsNullOrEmpty(operation.BlobName))
        {
            AddUnreadable(operation);
            return;
        }

        var key = BlobKey.Of(operation.BlobName);
        var before = Table.Find(key);
        var reading = BlobNameReading.Of(operation.BlobName, container);
        Table.Set(key, before.With(operation, page, isAmbiguous: !IsForm(reading, operation.BlobName)));
        if (!IsForm(reading, operation.BlobName) && IsNamed(Table.Find(key)))
        {
            foreach (var form in reading.Forms)
            {
                var known = Form(form);
                known = IsNamed(before) ? known : known.With(isOfRow: true, isKnown: before.Is(BlobFlags.Listed));
                var isGuess = reading.Forms.Count > 1 || reading.Spellings.Count == 0;
                Set(form, known with { IsClaimed = known.IsClaimed || operation.IsLive || operation.IsOfUnknownKind, IsGuess = known.IsGuess || isGuess });
            }
        }

        if (IsNamed(Table.Find(key)) && !IsNamed(before) && !before.Is(BlobFlags.Listed))
        {
            AddLoose(reading, operation.BlobName);
        }
    }

    /// <summary>Adds a listed blob.</summary>
    public void AddBlob(BackupBlob blob, int page, BackupSettings settings, DateTimeOffset now)
    {
        var key = BlobKey.Of(blob.Name);
        var before = Table.Find(key);
        Table.Set(key, before.WithListed(blob, page, settings, now));
        if (!before.Is(BlobFlags.Listed) && BlobNameReading.CanonicalForm(blob.Name) is var form && form != blob.Name)
        {
            Set(form, Form(form).With(isOfRow: false, isKnown: IsNamed(before)));
        }

        if (!before.Is(BlobFlags.Listed) && BlobNameReading.LooseForm(blob.Name) is var near && near != blob.Name)
        {
            // A row with exactly this name refers to this blob only. Another row may still refer to it as well.
            var known = Loose(near);
            SetLoose(near, known with { Rows = Math.Max(0, known.Rows - (IsNamed(before) ? 1 : 0)), Blobs = known.Blobs + 1 });
        }
    }

    /// <summary>Marks an orphan as handled, whatever the outcome.</summary>
    public void MarkHandled(BackupBlob orphan)
    {
        var key = BlobKey.Of(orphan.Name);
        var before = Table.Find(key);
        Table.Set(key, before.WithRecord());
        if (!IsNamed(before) && BlobNameReading.CanonicalForm(orphan.Name) is var form && form != orphan.Name)
        {
            Set(form, Form(form).With(isOfRow: true, isKnown: true));
        }
    }

    /// <summary>Adds a row whose blob is listed in another index, so that it refers to no other blob.</summary>
    public void AddExact(Operation operation)
    {
        var key = BlobKey.Of(operation.BlobName!);
        Table.Set(key, Table.Find(key).With(operation, page: 0).WithListedElsewhere());
    }

    public BlobFacts Of(string blobName) => Table.Find(BlobKey.Of(blobName));

    /// <summary>Whether the records of a blob may be wrong, perhaps because the blob exists with another spelling.</summary>
    public bool NeedsCheck(BlobKey key, BlobFacts facts) => facts.NeedsCheck || (facts.IsCheckable && FormFacts.From(Table.Find(key.OfForm)).Blobs > 0);

    /// <summary>Searches rows with another spelling of a blob name. Call it for a blob that no row refers to exactly.</summary>
    /// <returns><see cref="BlobVerdict.Orphan"/> if no row may refer to it.</returns>
    public BlobVerdict MatchByForm(string blobName, long size)
    {
        var group = Group(BlobNameReading.CanonicalForm(blobName));
        return group switch
        {
            { IsClaimed: true } => BlobVerdict.InFlight,
            { Rows: 0 } => MayBeNamed(blobName, size) ? BlobVerdict.Unclear : BlobVerdict.Orphan,
            { Rows: 1, Blobs: <= 1, IsGuess: false } => BlobVerdict.Recorded,
            _ => BlobVerdict.Unclear,
        };
    }

    /// <summary>Finds the blob of a row whose <c>BlobName</c> is not exactly the name of a blob.</summary>
    public BlobMeaning Meaning(BlobNameReading reading)
    {
        string[] found = [.. reading.Spellings.Where(spelling => Of(spelling).Is(BlobFlags.Listed))];
        var groups = reading.Forms.Select(Group).ToList();
        return (found, groups.Sum(group => group.Blobs)) switch
        {
            ([var only], 1) when !IsNamed(Of(only)) && Group(BlobNameReading.CanonicalForm(only)).Rows == 1 => new(BlobCertainty.Certain, only, Of(only).Size),
            ([], 0) => new(reading.IsPlaced && !HasLooseMatch(reading) ? BlobCertainty.Gone : BlobCertainty.Unclear, null, null),
            _ => new(BlobCertainty.Unclear, found.FirstOrDefault(), null),
        };
    }

    /// <summary>Whether only this row may refer to a blob outside the listing.</summary>
    public bool IsOnlyRow(BlobNameReading reading, string blobName) =>
        !IsNamed(Of(blobName)) && reading.Forms.All(form => Group(form) is { Rows: <= 1, IsClaimed: false });

    public BlobNameReading Read(string blobName) => BlobNameReading.Of(blobName, container);

    /// <summary>Adds a row with an unreadable blob name. It may refer to any blob of its size, or to any blob if its size is unknown.</summary>
    private void AddUnreadable(Operation operation)
    {
        if (operation.UnreadableBlobNameType is null || operation is { Kind: OperationKind.Restore, HasEnded: true })
        {
            return;
        }

        var isSizeKnown = operation is { SizeBytes: > 0, Status: OperationStatus.Completed or OperationStatus.FileMissing };
        var key = isSizeKnown ? OfSize(operation.SizeBytes!.Value) : OfAnySize;
        SetLoose(key, Loose(key) with { Rows = 1 });
    }

    private void AddLoose(BlobNameReading reading, string blobName)
    {
        foreach (var near in reading.Forms.Select(BlobNameReading.LooseForm).Where(near => near != blobName).Distinct())
        {
            SetLoose(near, Loose(near) with { Rows = Loose(near).Rows + 1 });
        }

        if (reading.IsGuess)
        {
            foreach (var file in reading.Forms.Select(BlobNameReading.LooseFileForm).Distinct())
            {
                SetLoose(file, Loose(file) with { Rows = 1 });
            }
        }
    }

    /// <summary>Whether a row with a similar name and without a blob, or one with an unreadable name, may refer to the blob.</summary>
    private bool MayBeNamed(string blobName, long size)
    {
        var near = BlobNameReading.LooseForm(blobName);
        return Loose(near).Rows > 0
            || (near != blobName && Of(near) is var same && IsNamed(same) && !same.Is(BlobFlags.Listed))
            || Loose(BlobNameReading.LooseFileForm(blobName)).Rows > 0
            || Loose(OfSize(size)).Rows > 0
            || Loose(OfAnySize).Rows > 0;
    }

    private bool HasLooseMatch(BlobNameReading reading) =>
        reading.Forms.Select(BlobNameReading.LooseForm).Any(near => Loose(near).Blobs > 0 || Of(near).Is(BlobFlags.Listed));

    private FormFacts Loose(string near) => FormFacts.From(Table.Find(BlobKey.Of(near).OfLooseForm));

    private void SetLoose(string near, FormFacts facts) => Table.Set(BlobKey.Of(near).OfLooseForm, facts.ToBlobFacts());

    // No loose form ends with a slash.
    private static string OfSize(long size) => string.Create(CultureInfo.InvariantCulture, $"size/{size}/");

    private static bool IsForm(BlobNameReading reading, string name) => reading.Forms is [var only] && only == name;

    private static bool IsNamed(BlobFacts facts) => facts.Is(BlobFlags.Recorded | BlobFlags.Claimed);

    private FormFacts Form(string form) => FormFacts.From(Table.Find(BlobKey.Of(form).OfForm));

    private void Set(string form, FormFacts facts) => Table.Set(BlobKey.Of(form).OfForm, facts.ToBlobFacts());

    /// <summary>The facts about all names with a form, including the one that is equal to it.</summary>
    private FormFacts Group(string form)
    {
        var (others, same) = (Form(form), Of(form));
        return (IsNamed(same), same.Is(BlobFlags.Listed)) switch
        {
            (true, false) => others with { Rows = others.Rows + 1, IsClaimed = others.IsClaimed || same.Is(BlobFlags.Claimed) },
            (false, true) => others with { Blobs = others.Blobs + 1 },
            _ => others,
        };
    }
}

/// <summary>The blob that a row refers to.</summary>
/// <param name="BlobName">The name of the blob; if it is unclear, a possible name or null.</param>
/// <param name="Size">The listed size in bytes.</param>
internal readonly record struct BlobMeaning(BlobCertainty Certainty, string? BlobName, long? Size);

internal enum BlobCertainty
{
    /// <summary>Exactly one blob, which no other row refers to.</summary>
    Certain,

    /// <summary>There is no blob that it may refer to.</summary>
    Gone,

    /// <summary>It may refer to the blob of another row, to one of several blobs, or to one in another storage.</summary>
    Unclear,
}
