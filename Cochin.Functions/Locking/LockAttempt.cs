namespace Cochin.Functions.Locking;

/// <summary>The result of trying to take a lock: exactly one of the two is set, unless the holder can't be read.</summary>
/// <param name="Lock">The lock, if it was free.</param>
/// <param name="HeldBy">The holder, if it was not.</param>
internal readonly record struct LockAttempt(BlobLock? Lock, LockOwner? HeldBy);
