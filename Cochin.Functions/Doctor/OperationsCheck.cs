using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Doctor;

/// <summary>Checks rows for values that can't be relied on.</summary>
internal sealed class OperationsCheck(CochinStorage storage, WorkPathReader paths, TimeProvider time)
{
    private const string Name = "operations";
    private const string Why = "files that an operation may use are kept, and an operation that may be running is not marked as failed";
    private const string Next = "Correct the row in the Django application; docs/storage-contract.md describes the formats";
    private const int MaxNamed = 10;
    private const int MaxRows = 100_000;

    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(TableEntity.Timestamp),
        nameof(Operation.Status), nameof(Operation.WorkPath), nameof(Operation.BlobName), ProtectionReader.Column,
        .. LastActivity.Columns,
    ];

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (rows, invalid) = (0, 0);
        var named = new List<Check>();
        var partitions = new List<string>();
        await foreach (var row in storage.Operations.ReadAsync("", Columns, cancellationToken: cancellationToken).Take(MaxRows).ConfigureAwait(false))
        {
            rows++;
            var operation = Operation.From(row);
            UnknownPartitions.Add(partitions, operation);
            var problems = string.Join(", and ", OperationProblems.Of(operation, paths, now));
            invalid += problems.Length > 0 ? 1 : 0;
            if (problems.Length > 0 && invalid <= MaxNamed)
            {
                named.Add(Check.Warning($"operation {operation.Kind}/{operation.Id}", problems, Why, Next));
            }
        }

        if (partitions.Count > 0)
        {
            named.Add(Check.Warning(Name, $"the table {UnknownPartitions.Describe(partitions)}", UnknownPartitions.Consequence, UnknownPartitions.Next));
        }

        return invalid > MaxNamed
            ? [.. named, Check.Warning(Name, $"{invalid - MaxNamed} more have invalid values", Why, "Correct the first ones, then check again")]
            : named.Count > 0 ? named
            : [Check.Ok(Name, rows < MaxRows ? "each row can be read" : $"each of the first {MaxRows:N0} rows can be read", Why)];
    }
}
