namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>The content is not what its format requires. The message follows "the backup", e.g. <c>is cut off</c>.</summary>
/// <remarks>A type of its own: what the storage throws must never be taken for damage.</remarks>
internal sealed class DamagedException(string message) : Exception(message);

/// <summary>The content can't be tested to the end, which says nothing against it. The message follows "the backup".</summary>
internal sealed class UntestedException(string message) : Exception(message);
