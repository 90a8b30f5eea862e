using System.Globalization;

namespace Cochin.Bench.Simulation;

/// <summary>Writes pages of rows as the service does, in JSON with its few words about types, with the columns that were asked for.</summary>
internal static class RowPages
{
    private const int MostInPage = 1_000;

    private static readonly string[] AllColumns =
    [
        "PartitionKey", "RowKey", "Timestamp", "Name", "Status", "Type",
        "Configuration", "BlobName", "SizeBytes", "CreatedAt", "CompletedAt", "CreatedBy",
    ];

    /// <param name="rows">Null for a table without rows.</param>
    /// <param name="query">Of the request: <c>$filter $select $top NextRowKey</c>.</param>
    /// <param name="next">Where the next page begins; null after the last.</param>
    public static HttpContent Write(RowSet? rows, IReadOnlyDictionary<string, string> query, out string? next)
    {
        var most = query.TryGetValue("$top", out var asked) ? Math.Min(int.Parse(asked, CultureInfo.InvariantCulture), MostInPage) : MostInPage;
        var columns = query.TryGetValue("$select", out var selected) ? selected.Split(',') : AllColumns;
        var filter = new RowFilter(query.GetValueOrDefault("$filter", ""));
        var page = PageBuffer.Rent();
        page.Write("{\"odata.metadata\":\"http://127.0.0.1:10002/devstoreaccount1/$metadata#CochinOperations\",\"value\":["u8);

        next = null;
        var isNone = rows is null
            || rows.Count == 0
            || (!filter.NamesRowKey && !filter.Takes(column => column == "RowKey" ? filter.KeyInRange : rows.Column(0, column)));
        var row = isNone ? 0
            : query.TryGetValue("NextRowKey", out var from) ? rows!.FirstFrom(from)
            : filter.After is { } after ? rows!.FirstFrom(after + '\0')
            : 0;
        var end = isNone ? 0 : filter.UpTo is { } last ? rows!.FirstFrom(last + '\0') : rows!.Count;
        for (var written = 0; row < end; row++)
        {
            if (filter.NamesRowKey && !filter.Takes(column => rows!.Column(row, column)))
            {
                continue;
            }

            if (written == most)
            {
                next = rows!.Key(row);
                break;
            }

            page.Write(written++ == 0 ? "{"u8 : ",{"u8);
            Write(page, rows!, row, columns);
        }

        page.Write("]}"u8);
        return page.ToContent("application/json;odata=minimalmetadata;streaming=true;charset=utf-8");
    }

    private static void Write(PageBuffer page, RowSet rows, long row, string[] columns)
    {
        page.Write("\"odata.etag\":\"W/\\\"datetime'2026-09-01T10%3A00%3A00.0000000Z'\\\"\""u8);
        foreach (var column in columns)
        {
            switch (column)
            {
                case "SizeBytes":
                    page.Write(",\"SizeBytes@odata.type\":\"Edm.Int64\",\"SizeBytes\":\""u8);
                    page.Write(BlobSet.SmallestBytes + rows.BlobOf(row));
                    page.Write("\""u8);
                    break;
                case "CreatedAt" or "CompletedAt":
                    page.Write($",\"{column}@odata.type\":\"Edm.DateTime\",\"{column}\":\"2026-09-01T10:00:00Z\"");
                    break;
                case "Timestamp":
                    page.Write(",\"Timestamp\":\"2026-09-01T10:00:00Z\""u8);
                    break;
                case "Name" or "Configuration" or "CreatedBy":
                    page.Write($",\"{column}\":\"nightly\"");
                    break;
                default:
                    if (rows.Column(row, column) is string text)
                    {
                        page.Write($",\"{column}\":\"{text}\"");
                    }

                    break;
            }
        }

        page.Write("}"u8);
    }
}
