namespace Cochin.Functions.Tasks;

/// <summary>A moment in a task's work.</summary>
/// <param name="Activity">What is being done, e.g. <c>listing temp/</c>.</param>
/// <param name="Done">Items done in this activity.</param>
/// <param name="Total">Items there are, or null where that isn't known yet.</param>
internal readonly record struct TaskProgress(string Activity, long Done, long? Total);
