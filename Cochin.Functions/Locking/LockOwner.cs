namespace Cochin.Functions.Locking;

/// <summary>Who holds a lock, as its blob's metadata tells it to the others.</summary>
/// <param name="Holder">Host and process, e.g. <c>srv1:4711</c>.</param>
/// <param name="Job">The job, or the task where a person typed the task.</param>
internal sealed record LockOwner(string Holder, string Job, string RunId, DateTimeOffset Since);
