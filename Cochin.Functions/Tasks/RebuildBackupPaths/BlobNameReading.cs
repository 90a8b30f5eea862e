using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// What the <c>BlobName</c> of a row may mean. The contract asks for the blob's name from the container's root, and what stands there
/// exactly is always meant first. Other programs also write paths of their own (<c>/app/backups/storage/…</c>), addresses, backslashes,
/// or accents composed in the other way.
/// </summary>
internal sealed partial class BlobNameReading
{
    private const string RootSegment = "storage";

    // The application's folder, which the container is named after by default.
    private const string Folder = "backups";
    private const int MostDecodings = 8;

    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Except("%\\?;,|")]);

    private static readonly SearchValues<char> OfNear = SearchValues.Create("+ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // In a name that is not the contract's they may separate, quote or stand for something else.
    private static readonly SearchValues<char> Ambiguous = SearchValues.Create("*?<>\"|;\r\n");

    private BlobNameReading(string text) => (Forms, Spellings, Outside, IsPlaced) = ([text], [text], [], true);

    private BlobNameReading(string text, Uri container)
    {
        var path = PathOf(text, container, out var isOurs);
        string[] variants = [.. new[] { path, Uri.UnescapeDataString(path) }.Distinct()];
        var places = variants.SelectMany(variant => PlacesOf(variant, isAbsolute: isOurs is not null, container)).Distinct().ToList();
        var rest = Segments(variants[^1]);
        // A name without its folder, another case of the root, or what looks like a signed address's query proves nothing.
        var query = QueryAt(path);
        var isElsewhere = rest.Length > 1 && !IsAbsolute(path, rest, container) && !rest[0].Equals(RootSegment, StringComparison.OrdinalIgnoreCase);
        isElsewhere &= !path.AsSpan().ContainsAny(Ambiguous);
        var isOneName = isOurs is not false && query < 0 && !IsList(path);
        IsPlaced = isOneName && (places.Count > 0 || isElsewhere);
        Outside = isOneName && isElsewhere && !rest.Contains("..") ? [.. variants.Select(variant => string.Join('/', Segments(variant))).SelectMany(Accents).Distinct()] : [];
        Spellings = isOneName && places.TrueForAll(place => place.IsCertain)
            ? [.. places.SelectMany(place => Accents(place.Name)).Distinct()]
            : [];
        var guess = rest is [RootSegment] ? RootSegment : BackupBlob.Root + string.Join('/', rest);
        Forms =
        [
            .. places.Select(place => place.Name).DefaultIfEmpty(guess)
                .SelectMany(name => query < 0 || !name.Contains('?') ? new[] { name } : [name, name.Split('?')[0]])
                .Select(FormOf).Distinct(),
        ];
    }

    /// <summary>
    /// What it may mean, each in the one form that all its spellings have in common (<see cref="FormOf"/>). Blobs of these forms may be
    /// the row's.
    /// </summary>
    public IReadOnlyList<string> Forms { get; }

    /// <summary>Names that it surely means if just one of them is a blob's; none if the reading is a guess.</summary>
    public IReadOnlyList<string> Spellings { get; }

    /// <summary>The same for a blob outside <c>storage/</c>; none if it lies in it.</summary>
    public IReadOnlyList<string> Outside { get; }

    /// <summary>
    /// Whether the blob is gone if there is none of these forms. An address elsewhere, or a path outside of the backups, does not prove that.
    /// </summary>
    public bool IsPlaced { get; }

    public static BlobNameReading Of(string text, Uri container) => IsForm(text) ? new(text) : new(Unquoted(text), container);

    /// <summary>The text as it may be shown: without the query of an address or a signature, which may be a key.</summary>
    public static string Shown(string text) =>
        Address().Match(text) is { Success: true, Length: var end } && end < text.Length ? text[..end] + "…"
        : QueryAt(text) is >= 0 and var query ? text[..query] + "…"
        : text;

    /// <summary>
    /// The form that all spellings of a blob's name have in common: decoded, with single slashes and composed accents. It serves to
    /// compare names, and need not be the name of a blob.
    /// </summary>
    public static string FormOf(string name)
    {
        var form = name;
        for (var i = 0; i < MostDecodings && !IsForm(form); i++)
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
    /// What names have in common that a person or a program may have mixed up: as <see cref="FormOf"/>, and the case of letters and a plus sign
    /// for a space make no difference. Different blobs may have it in common, so it proves nothing but a doubt.
    /// </summary>
    public static string NearOf(string name) =>
        !name.AsSpan().ContainsAny(OfNear) && IsForm(name) ? name : FormOf(FormOf(name).Replace('+', ' ')).ToLowerInvariant();

    /// <summary>The same of the last part of a name.</summary>
    public static string NearFileOf(string name) => NearOf(name).Split('/')[^1];

    /// <summary>Whether it is not certain which blob of this container is meant, so that it may be any one of that file name.</summary>
    public bool IsGuess => Spellings.Count == 0 || !IsPlaced;

    /// <summary>Whether a name is in that form for certain, as nearly all are: found out without making anything.</summary>
    private static bool IsForm(ReadOnlySpan<char> name) =>
        name.StartsWith(BackupBlob.Root, StringComparison.Ordinal)
        && !name.ContainsAnyExcept(Plain)
        && !name.Contains("//", StringComparison.Ordinal)
        && !name.Contains("/./", StringComparison.Ordinal)
        && !name.EndsWith("/.", StringComparison.Ordinal)
        && name[^1] is not ('/' or ' ');

    /// <param name="isOurs">Of an address: whether it leads to this container, or to this machine's files; null if it is none.</param>
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

    /// <returns>Where the query of an address begins, which was copied with the name; -1 if there is none.</returns>
    private static int QueryAt(string text) => text.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at && text.IndexOf('=', at) > at ? at : -1;

    private static string Unquoted(string text) =>
        text.Trim() is ['"' or '\'' or '`', _, ..] quoted && quoted[0] == quoted[^1] ? quoted[1..^1] : text;

    private static bool IsList(string path) => path.Split(';', ',', '|', '\n', '\r').Skip(1).Any(part => part.AsSpan().ContainsAny('/', '\\'));

    private static IEnumerable<string> Accents(string name) => [name, Composed(name), Composed(name, NormalizationForm.FormD)];

    private static string NameOf(Uri container) => container.AbsolutePath.TrimEnd('/').Split('/')[^1];

    private static string[] Segments(string path) => [.. path.Trim().Split('/', '\\').Where(segment => segment is not ("" or "."))];

    /// <summary>
    /// The names of blobs that a path may stand for. A name in the contract's form stands for itself; an absolute path, which has folders
    /// of this or another machine before it, for what begins at any folder called as the root is.
    /// </summary>
    private static IEnumerable<(string Name, bool IsCertain)> PlacesOf(string path, bool isAbsolute, Uri container)
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
        path.TrimStart() is ['/' or '\\', ..] || (segments is [var first, ..] && (Drive().IsMatch(first) || first == Folder || first == NameOf(container)));

    private static string Composed(string text, NormalizationForm form = NormalizationForm.FormC)
    {
        try
        {
            return text.Normalize(form);
        }
        catch (ArgumentException)
        {
            return text; // Half a character: there is nothing to compose.
        }
    }

    [GeneratedRegex(@"^\s*(?<scheme>[A-Za-z][A-Za-z0-9+.-]+)://(?<host>[^/\\]*)(?<path>[^?#]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"^[A-Za-z]:$", RegexOptions.CultureInvariant)]
    private static partial Regex Drive();
}
