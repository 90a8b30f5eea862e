using System.Globalization;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Auditing;

/// <summary>
/// One blob of the audit log. A day starts with <c>audit/{yyyy}/{MM}/{dd}.jsonl</c>. When that is nearly full, it continues in
/// <c>audit/{yyyy}/{MM}/{dd}.2.jsonl</c>, and so on.
/// </summary>
/// <param name="Day">The day in UTC.</param>
/// <param name="Number">Starts at 1.</param>
internal readonly partial record struct AuditPart(DateOnly Day, int Number)
{
    /// <summary>
    /// The number of blocks after which the next part is used. The service allows 50,000 blocks per blob; the difference is for other
    /// processes that still append to this part.
    /// </summary>
    /// <remarks>https://learn.microsoft.com/rest/api/storageservices/append-block</remarks>
    public const int RolloverBlocks = 49_500;

    public static AuditPart FirstOf(DateTimeOffset time) => new(DateOnly.FromDateTime(time.UtcDateTime), 1);

    public string BlobName => string.Create(
        CultureInfo.InvariantCulture,
        $"audit/{Day:yyyy'/'MM'/'dd}{(Number == 1 ? "" : $".{Number}")}.jsonl");

    /// <summary>The name prefix of all blobs of a month.</summary>
    public static string Folder(DateOnly month) => string.Create(CultureInfo.InvariantCulture, $"audit/{month:yyyy'/'MM'/'}");

    /// <summary>Parses the name of a blob; null if it is not a part of the log.</summary>
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
