using Cochin.Functions.Tasks;

namespace Cochin.Functions.Running;

/// <summary>Somebody who watches a run while it works.</summary>
/// <param name="Items">Wants each item with its decision; leave it null where nobody reads the list, then none is made.</param>
internal sealed record RunObserver(Action<TaskProgress>? Progress = null, Action<TaskItem>? Items = null)
{
    public static RunObserver None { get; } = new();
}
