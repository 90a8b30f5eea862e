using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupStuckOperations;

/// <summary>The base of tests of the task with real storage.</summary>
public abstract class StuckOperationsTest(AzuriteServer server) : TaskTest(server)
{
    /// <summary>The actual time, because the service's clock decides.</summary>
    internal DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    internal DateTimeOffset Ago(double hours) => Now.AddHours(-hours);

    internal Task<TaskResult> RunAsync(CleanupStuckOperationsOptions options, params HttpPipelinePolicy[] policies) =>
        new TaskOnStorage(new CleanupStuckOperationsTask(TimeProvider.System), NewStorage(policies)).RunAsync(options, Context(), Cancellation);

    internal async Task<TableEntity> RowAsync(string kind, string id) =>
        (await Storage.Operations.FindAsync(kind, id, Cancellation)).ShouldNotBeNull();
}
