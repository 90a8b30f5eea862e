using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>A test of the clean-up on real storage.</summary>
public abstract class CleanupTest(AzuriteServer server) : TaskTest(server)
{
    /// <summary>The number of attempts of the client in these tests: the first one and five retries.</summary>
    protected const int Attempts = 6;

    protected static readonly TimeSpan Old = TimeSpan.FromHours(30);

    internal TempSettings Settings { get; set; } = new();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
    }

    internal Task<TaskResult> RunAsync(CleanupTempFilesOptions? options = null, params HttpPipelinePolicy[] policies) =>
        NewTask(policies: policies).RunAsync(options ?? new CleanupTempFilesOptions(), Context(), Cancellation);

    internal TaskOnStorage NewTask(int pageSize = 5_000, int blobsToKeep = 2_000, TimeProvider? time = null, params HttpPipelinePolicy[] policies) =>
        new(
            new CleanupTempFilesTask(Settings, time ?? TimeProvider.System, new CleanupLimits { PageSize = pageSize, BlobsToKeep = blobsToKeep }),
            NewStorage(policies));

    /// <summary>A task that sends one batch at a time.</summary>
    internal TaskOnStorage NewSequentialTask(
        int pageSize = 5_000,
        int blobsToKeep = 2_000,
        int maxBatchSize = 256,
        TimeProvider? time = null,
        params HttpPipelinePolicy[] policies) =>
        new(
            new CleanupTempFilesTask(Settings, time ?? TimeProvider.System, new CleanupLimits
            {
                PageSize = pageSize,
                BlobsToKeep = blobsToKeep,
                MaxBatchSize = maxBatchSize,
                ConcurrentGroups = 1,
                Concurrency = static () => new AdaptiveConcurrency(max: 1, start: 1),
            }),
            NewStorage(policies));

    internal Task LeaseAsync(string name) =>
        Storage.Backups.GetBlobClient(name).GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancellation);

    internal Task StartOperationAsync(string workPath) =>
        AddOperationAsync("restore", "1", ("Status", "running"), ("WorkPath", workPath));

    internal static void ShouldAddUp(TaskResult result) =>
        result.Count("old").ShouldBe(result.Count("deleted") + result.Count("inUse") + result.Count("changed") + result.Count("failed"));

    protected static bool IsDelete(Request request) => IsBatch(request) || IsSingleDelete(request);

    protected static bool IsBatch(Request request) => BatchText.IsBatch(request);

    protected static bool IsSingleDelete(Request request) => request.Method == RequestMethod.Delete;

    protected static bool IsAudit(Request request) => request.Uri.ToString().Contains("/audit/", StringComparison.Ordinal);

    protected static bool IsOperations(Request request) => request.Uri.Path.Contains("Operations", StringComparison.Ordinal);

    protected static bool IsListing(Request request, string area) =>
        request.Uri.ToString().Contains("comp=list", StringComparison.Ordinal) && request.Uri.ToString().Contains($"prefix={area}", StringComparison.Ordinal);

    /// <summary>Matches the request with this number, among those that match, and all later ones.</summary>
    protected static Func<Request, bool> From(int number, Func<Request, bool> which)
    {
        var met = 0;
        return request => which(request) && Interlocked.Increment(ref met) >= number;
    }
}
