using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>
/// The blobs that the <c>BlobName</c> of a row may refer to. In the contract, it is the path from the container's root, and a blob with
/// exactly that name always comes first. Other programs also write local paths (<c>/app/backups/storage/…</c>), addresses, backslashes, or
/// accents in another Unicode form.
/// </summary>
internal sealed partial class BlobNameReading
{
    private const string RootSegment = "storage";

    // The application's folder, which has the default name of the container.
    private const string Folder = "backups";
    private const int MaxDecodings = 8;

    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Except("%\\?;,|")]);

    private static readonly SearchValues<char> LooseCharacters = SearchValues.Create("+ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // Separators, quotes and wildcards, unless the name is in the contract's form.
    private static readonly SearchValues<char> Ambiguous = SearchValues.Create("*?<>\"|;\r\n");

    private BlobNameReading(string text) => (Forms, Spellings, Outside, IsPlaced) = ([text], [text], [], true);

    private BlobNameReading(string text, Uri container)
    {
        var path = PathOf(text, container, out var isOurs);
        string[] variants = [.. new[] { path, Uri.UnescapeDataString(path) }.Distinct()];
        var places = variants.SelectMany(variant => FindPlaces(variant, isAbsolute: isOurs is not null, container)).Distinct().ToList();
        var rest = Segments(variants[^1]);
        // A name without a folder, a root in another case, or a query (perhaps a SAS) proves nothing.
        var query = QueryAt(path);
        var isElsewhere = rest.Length > 1 && !IsAbsolute(path, rest, container) && !rest[0].Equals(RootSegment, StringComparison.OrdinalIgnoreCase);
        isElsewhere &= !path.AsSpan().ContainsAny(Ambiguous);
        var isOneName = isOurs is not false && query < 0 && !IsList(path);
        IsPlaced = isOneName && (places.Count > 0 || isElsewhere);
        Outside = isOneName && isElsewhere && !rest.Contains("..")
            ? [.. variants.Select(variant => string.Join('/', Segments(variant))).SelectMany(Accents).Distinct()]
            : [];
        Spellings = isOneName && places.TrueForAll(place => place.IsCertain)
            ? [.. places.SelectMany(place => Accents(place.Name)).Distinct()]
            : [];
        var guess = rest is [RootSegment] ? RootSegment : BackupBlob.Root + string.Join('/', rest);
        Forms =
        [
            .. places.Select(place => place.Name).DefaultIfEmpty(guess)
                .SelectMany(name => query < 0 || !name.Contains('?') ? new[] { name } : [name, name.Split('?')[0]])
                .Select(CanonicalForm).Distinct(),
        ];
    }

    /// <summary>
    /// The canonical forms (<see cref="CanonicalForm"/>) of the names it may refer to. Blobs with these forms may belong to the row.
    /// </summary>
    public IReadOnlyList<string> Forms { get; }

    /// <summary>The names that it certainly refers to if a blob with exactly one of them exists; empty if the reading is a guess.</summary>
    public IReadOnlyList<string> Spellings { get; }

    /// <summary>The same for a blob outside <c>storage/</c>; empty if it is inside.</summary>
    public IReadOnlyList<string> Outside { get; }

    /// <summary>
    /// Whether the blob is certainly missing if there is no blob with one of these forms. False for an address of another storage, or a path
    /// outside the backups.
    /// </summary>
    public bool IsPlaced { get; }

    public static BlobNameReading Of(string text, Uri container) => IsForm(text) ? new(text) : new(Unquoted(text), container);

    /// <summary>Returns the blob names that a <c>BlobName</c> may stand for, the most likely first.</summary>
    public static IEnumerable<string> NamesOf(string blobName, Uri container) => Of(blobName, container).Spellings.Prepend(blobName).Distinct();

    /// <summary>Returns the text without a query, which may contain a signature, for messages.</summary>
    public static string Redact(string text) =>
        Address().Match(text) is { Success: true, Length: var end } && end < text.Length ? text[..end] + "…"
        : QueryAt(text) is >= 0 and var query ? text[..query] + "…"
        : text;

    /// <summary>
    /// Returns the form that all spellings of a blob name share: decoded, with single slashes and composed accents. Use it only to compare names;
    /// a blob with this name may not exist.
    /// </summary>
    public static string CanonicalForm(string name)
    {
        var form = name;
        for (var i = 0; i < MaxDecodings && !IsForm(form); i++)
        {
            var decoded = Composed(string.Join('/', Segments(Uri.UnescapeDataString(form))));
            if (decoded == form)
            {
                break;
            }

            form = decoded;
        }

        return form;
    }

    /// <summary>
    /// Like <see cref="CanonicalForm"/>, but also ignores case and treats a plus sign as a space. Different blobs may share it, so it only shows
    /// that a name is ambiguous.
    /// </summary>
    public static string LooseForm(string name) =>
        !name.AsSpan().ContainsAny(LooseCharacters) && IsForm(name) ? name : CanonicalForm(CanonicalForm(name).Replace('+', ' ')).ToLowerInvariant();

    /// <summary>Returns the loose form of the last segment of a name.</summary>
    public static string LooseFileForm(string name) => LooseForm(name).Split('/')[^1];

    /// <summary>Whether the blob is not certain, so that it may be any blob with that file name.</summary>
    public bool IsGuess => Spellings.Count == 0 || !IsPlaced;

    /// <summary>Whether a name is certainly in canonical form. A fast check without allocations, true for nearly all names.</summary>
    private static bool IsForm(ReadOnlySpan<char> name) =>
        name.StartsWith(BackupBlob.Root, StringComparison.Ordinal)
        && !name.ContainsAnyExcept(Plain)
        && !name.Contains("//", StringComparison.Ordinal)
        && !name.Contains("/./", StringComparison.Ordinal)
        && !name.EndsWith("/.", StringComparison.Ordinal)
        && name[^1] is not ('/' or ' ');

    /// <param name="isOurs">Whether an address refers to this container or a local file; null if the text is not an address.</param>
    private static string PathOf(string text, Uri container, out bool? isOurs)
    {
        isOurs = null;
        var address = Address().Match(text);
        if (!address.Success)
        {
            return text;
        }

        var path = address.Groups["path"].Value;
        if (address.Groups["scheme"].Value.Equals("file", StringComparison.OrdinalIgnoreCase))
        {
            isOurs = true;
            return path;
        }

        var root = container.AbsolutePath.TrimEnd('/') + "/";
        isOurs = address.Groups["host"].Value.Equals(container.Authority, StringComparison.OrdinalIgnoreCase)
            && path.StartsWith(root, StringComparison.Ordinal);
        return isOurs is true ? path[root.Length..] : path;
    }

    /// <returns>The start of the query that was copied with the name; -1 if there is none.</returns>
    private static int QueryAt(string text) => text.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at && text.IndexOf('=', at) > at ? at : -1;

    private static string Unquoted(string text) =>
        text.Trim() is ['"' or '\'' or '`', _, ..] quoted && quoted[0] == quoted[^1] ? quoted[1..^1] : text;

    private static bool IsList(string path) => path.Split(';', ',', '|', '\n', '\r').Skip(1).Any(part => part.AsSpan().ContainsAny('/', '\\'));

    private static IEnumerable<string> Accents(string name) => [name, Composed(name), Composed(name, NormalizationForm.FormD)];

    private static string ContainerName(Uri container) => container.AbsolutePath.TrimEnd('/').Split('/')[^1];

    private static string[] Segments(string path) => [.. path.Trim().Split('/', '\\').Where(segment => segment is not ("" or "."))];

    /// <summary>
    /// Returns the blob names that a path may refer to: itself if it is in the contract's form. For an absolute path, which starts with the
    /// folders of some machine, the path from each folder that has the name of the root.
    /// </summary>
    private static IEnumerable<(string Name, bool IsCertain)> FindPlaces(string path, bool isAbsolute, Uri container)
    {
        var segments = Segments(path);
        isAbsolute |= IsAbsolute(path, segments, container);
        for (var i = 0; i < segments.Length - 1; i++)
        {
            if (segments[i] == RootSegment)
            {
                yield return (string.Join('/', segments.Skip(i)), (isAbsolute || i == 0) && !segments.Skip(i).Contains(".."));
                if (!isAbsolute && i == 0)
                {
                    yield break;
                }
            }
        }
    }

    private static bool IsAbsolute(string path, string[] segments, Uri container) =>
        path.TrimStart() is ['/' or '\\', ..]
        || (segments is [var first, ..] && (Drive().IsMatch(first) || first == Folder || first == ContainerName(container)));

    private static string Composed(string text, NormalizationForm form = NormalizationForm.FormC)
    {
        try
        {
            return text.Normalize(form);
        }
        catch (ArgumentException)
        {
            return text; // An unpaired surrogate can't be normalized.
        }
    }

    [GeneratedRegex(@"^\s*(?<scheme>[A-Za-z][A-Za-z0-9+.-]+)://(?<host>[^/\\]*)(?<path>[^?#]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"^[A-Za-z]:$", RegexOptions.CultureInvariant)]
    private static partial Regex Drive();
}
