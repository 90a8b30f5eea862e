using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Tasks;

/// <summary>A task with a storage of the test's choice, whose clients the run owns as a runner would have it.</summary>
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
