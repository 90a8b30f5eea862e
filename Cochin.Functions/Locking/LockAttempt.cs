namespace Cochin.Functions.Locking;

/// <summary>What came of trying to take a lock: exactly one of the two is there, unless the holder's name can't be read.</summary>
/// <param name="Lock">The lock, if it was free.</param>
/// <param name="HeldBy">Who has it, if it was not.</param>
internal readonly record struct LockAttempt(BlobLock? Lock, LockOwner? HeldBy);
