using Azure.Data.Tables;

namespace Cochin.Bench.StuckOperations;

/// <summary>Reads operations with the plain SDK and does nothing with them.</summary>
internal static class BareRows
{
    public const string Name = "bare-rows";

    /// <param name="words">The connection string, and a filter or nothing.</param>
    public static async Task<int> RunAsync(string[] words, CancellationToken cancellationToken)
    {
        string[] columns = ["PartitionKey", "RowKey", "Status", "CreatedAt", "StartedAt", "HeartbeatAt", "ErrorMessage"];
        var table = new TableServiceClient(words[0]).GetTableClient("CochinOperations");
        var rows = table.QueryAsync<TableEntity>(words.ElementAtOrDefault(1), select: columns, cancellationToken: cancellationToken);
        Console.WriteLine(await rows.CountAsync(cancellationToken));
        return 0;
    }
}
