using System.Globalization;

namespace Cochin.Functions.Auditing;

/// <summary>
/// One blob of the audit log. A day has one, <c>audit/{yyyy}/{MM}/{dd}.jsonl</c>, and when that is nearly full a second,
/// <c>audit/{yyyy}/{MM}/{dd}.2.jsonl</c>, and so on.
/// </summary>
/// <param name="Day">By UTC.</param>
/// <param name="Number">From 1 on.</param>
internal readonly record struct AuditPart(DateOnly Day, int Number)
{
    /// <summary>
    /// From so many blocks on, the next part is written. The service takes 50,000 in a blob; the difference is for writers
    /// who have not noticed yet.
    /// </summary>
    /// <remarks>https://learn.microsoft.com/rest/api/storageservices/append-block</remarks>
    public const int NearlyFull = 49_500;

    public static AuditPart FirstOf(DateTimeOffset time) => new(DateOnly.FromDateTime(time.UtcDateTime), 1);

    public string BlobName => string.Create(
        CultureInfo.InvariantCulture,
        $"audit/{Day:yyyy'/'MM'/'dd}{(Number == 1 ? "" : $".{Number}")}.jsonl");

    /// <summary>What the names of all blobs of a month begin with.</summary>
    public static string Folder(DateOnly month) => string.Create(CultureInfo.InvariantCulture, $"audit/{month:yyyy'/'MM'/'}");

    public AuditPart Next() => this with { Number = Number + 1 };
}
