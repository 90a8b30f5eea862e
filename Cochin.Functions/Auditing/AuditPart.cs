using System.Globalization;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Auditing;

/// <summary>
/// One blob of the audit log. A day has one, <c>audit/{yyyy}/{MM}/{dd}.jsonl</c>, and when that is nearly full a second,
/// <c>audit/{yyyy}/{MM}/{dd}.2.jsonl</c>, and so on.
/// </summary>
/// <param name="Day">By UTC.</param>
/// <param name="Number">From 1 on.</param>
internal readonly partial record struct AuditPart(DateOnly Day, int Number)
{
    /// <summary>
    /// From so many blocks on, the next part is written. The service takes 50,000 in a blob; the difference is for writers
    /// who have not noticed yet.
    /// </summary>
    /// <remarks>https://learn.microsoft.com/rest/api/storageservices/append-block</remarks>
    public const int RolloverBlocks = 49_500;

    public static AuditPart FirstOf(DateTimeOffset time) => new(DateOnly.FromDateTime(time.UtcDateTime), 1);

    public string BlobName => string.Create(
        CultureInfo.InvariantCulture,
        $"audit/{Day:yyyy'/'MM'/'dd}{(Number == 1 ? "" : $".{Number}")}.jsonl");

    /// <summary>What the names of all blobs of a month begin with.</summary>
    public static string Folder(DateOnly month) => string.Create(CultureInfo.InvariantCulture, $"audit/{month:yyyy'/'MM'/'}");

    /// <summary>The part that a blob is by its name; null where it is none.</summary>
    public static AuditPart? FromBlobName(string blobName)
    {
        var number = 1;
        return Name().Match(blobName) is { Success: true } match
            && DateOnly.TryParseExact(match.Groups["day"].Value, "yyyy'/'MM'/'dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && (!match.Groups["number"].Success || int.TryParse(match.Groups["number"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            ? new AuditPart(day, number)
            : null;
    }

    public AuditPart Next() => this with { Number = Number + 1 };

    [GeneratedRegex(@"^audit/(?<day>\d{4}/\d{2}/\d{2})(\.(?<number>\d+))?\.jsonl$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
