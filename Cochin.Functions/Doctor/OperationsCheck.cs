using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Doctor;

/// <summary>Looks for rows with values that can't be relied on.</summary>
internal sealed class OperationsCheck(CochinStorage storage, WorkPathReader paths, TimeProvider time)
{
    private const string Name = "operations";
    private const string Why = "what an operation may use is kept, and one that may be alive is not marked as failed";
    private const string Next = "Correct the row in the Django application; docs/storage-contract.md has the forms";
    private const int MostNamed = 10;
    private const int MostRows = 100_000;

    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(TableEntity.Timestamp),
        nameof(Operation.Status), nameof(Operation.WorkPath), nameof(Operation.BlobName), .. LastActivity.Columns,
    ];

    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (rows, odd) = (0, 0);
        var named = new List<Check>();
        await foreach (var row in storage.Operations.ReadAsync("", Columns, cancellationToken: cancellationToken).Take(MostRows).ConfigureAwait(false))
        {
            rows++;
            var operation = Operation.From(row);
            var problems = string.Join(", and ", OperationProblems.Of(operation, paths, now));
            odd += problems.Length > 0 ? 1 : 0;
            if (problems.Length > 0 && odd <= MostNamed)
            {
                named.Add(Check.Warning($"operation {operation.Kind}/{operation.Id}", problems, Why, Next));
            }
        }

        return odd > MostNamed ? [.. named, Check.Warning(Name, $"{odd - MostNamed} more have values that can't be relied on", Why, "Correct the first ones, then check again")]
            : odd > 0 ? named
            : [Check.Ok(Name, rows < MostRows ? "each row can be read" : $"each of the first {MostRows:N0} rows can be read", Why)];
    }
}
