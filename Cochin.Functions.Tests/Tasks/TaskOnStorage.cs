using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Tasks;

/// <summary>A task with the storage to run it on. Its clients are guarded as by the runner.</summary>
internal sealed record TaskOnStorage(MaintenanceTask Task, CochinStorage Storage)
{
    public Task<TaskResult> RunAsync(TaskOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        var own = Storage.Guarded(options.DryRun ? RefuseInDryRun : context.ThrowIfStopped);
        var given = context with { Storage = own, ClosingStorage = options.DryRun ? own : Storage };
        context.PartialResult = () => given.PartialResult!();
        return Task.RunAsync(options, given, cancellationToken);
    }

    internal static void RefuseInDryRun() => throw new InvalidOperationException("A dry run wrote.");
}
