using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Delays one side until the other is read, and runs an action in between.</summary>
internal sealed class ReadingOrder(bool areRowsFirst, Func<Task> inBetween) : HttpPipelinePolicy
{
    private readonly TaskCompletionSource firstIsRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int begun;

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var isRows = RequestHook.IsQuery(message.Request);
        if (!isRows && !RequestHook.IsListing(message.Request))
        {
            await ProcessNextAsync(message, pipeline);
        }
        else if (isRows != areRowsFirst)
        {
            await firstIsRead.Task;
            await ProcessNextAsync(message, pipeline);
        }
        else
        {
            await ProcessNextAsync(message, pipeline);
            if (Interlocked.Exchange(ref begun, 1) == 0)
            {
                await inBetween();
                firstIsRead.SetResult();
            }
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
}
