using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Tasks.CleanupStuckOperations;

/// <summary>The base of tests of the task with real storage.</summary>
public abstract class StuckOperationsTest(AzuriteServer server) : TaskTest(server)
{
    internal static readonly DateTimeOffset Now = new(2026, 6, 2, 10, 0, 0, TimeSpan.Zero);

    internal FakeTimeProvider Clock { get; } = new(Now);

    internal static DateTimeOffset Ago(double hours) => Now.AddHours(-hours);

    internal Task<TaskResult> RunAsync(CleanupStuckOperationsOptions options, params HttpPipelinePolicy[] policies) =>
        new TaskOnStorage(new CleanupStuckOperationsTask(Clock), NewStorage(policies)).RunAsync(options, Context(), Cancellation);

    internal async Task<TableEntity> RowAsync(string kind, string id) =>
        (await Storage.Operations.FindAsync(kind, id, Cancellation)).ShouldNotBeNull();
}
